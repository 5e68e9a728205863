"""Work in the background, for programs: one's own jobs, how far they are, what came of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from mezon.web.accounts.acting import actor_of
from mezon.web.accounts.policy import require
from mezon.web.api import shapes
from mezon.web.api.bearer import Token
from mezon.web.api.declaring import declared
from mezon.web.api.found import kept_findings
from mezon.web.api.paging import A_PAGE, part, question, start_of
from mezon.web.api.views.released import Cursor, Limit
from mezon.web.working.models import Job
from mezon.web.working.showing import shown_fields
from mezon.web.working.views.jobs import job_for, stop_job

router = Router(tags=["Jobs"], auth=Token())


@router.get("/jobs", response=declared(shapes.Page[shapes.Job], 422, token=True), summary="Your jobs")
def jobs(request: HttpRequest, cursor: Cursor = None, limit: Limit = A_PAGE) -> Any:
    """List the jobs that you asked for, newest first."""
    actor = actor_of(request)
    mine = Job(asked_by=actor.person)
    require(actor, "job.read", mine.target())
    asked = question("jobs")
    start = start_of(cursor, asked)
    found = Job.objects.filter(asked_by=actor.person)
    items = [shown_fields(job) for job in found[start : start + limit]]
    return part(items, start, limit, found.count(), asked)


@router.get("/jobs/{int:number}", response=declared(shapes.Job, 404, 422, token=True), summary="One job")
def job(request: HttpRequest, number: int) -> Any:
    """Give how far a job is, what came of it, or why it failed and what to do next."""
    return shown_fields(job_for(actor_of(request), number))


@router.get("/jobs/{int:number}/findings", response=declared(shapes.Page[shapes.Finding], 404, 422, token=True),
            summary="What a job found")  # fmt: skip
def job_findings(request: HttpRequest, number: int, cursor: Cursor = None, limit: Limit = A_PAGE) -> Any:
    """List what a job found, each at its row and column: the first 200 of each rule (`result.found` has the counts)."""
    found = kept_findings(job_for(actor_of(request), number).result)
    asked = question("findings", number)
    start = start_of(cursor, asked)
    return part(found[start : start + limit], start, limit, len(found), asked)


@router.delete("/jobs/{int:number}", response=declared(shapes.Job, 404, 409, 422, token=True), summary="Stop a job")
def cancel_job(request: HttpRequest, number: int) -> Any:
    """Ask a job to stop: one that waits is over at once, one that runs stops at its next step and is undone."""
    actor = actor_of(request)
    return shown_fields(stop_job(actor, job_for(actor, number)))
