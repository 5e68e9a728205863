"""One's own jobs, the page of one (which reads itself again until it has ended), and the button that stops it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from mezon.errors import NotAllowed, WrongStep
from mezon.web.accounts.acting import Actor, actor_of
from mezon.web.accounts.policy import require
from mezon.web.working import signals
from mezon.web.working.models import Job, State
from mezon.web.working.showing import shown, shown_fields
from mezon.web.working.starting import cancel
from mezon.web.working.worker import somebody_works

_A_PAGE = 50


@require_GET
@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """List the jobs that one asked for, newest first."""
    jobs = Job.objects.filter(asked_by=actor_of(request).person)
    page = Paginator(jobs, _A_PAGE).get_page(request.GET.get("page"))
    context = {"title": _("Work in the background"), "jobs": [shown(job) for job in page], "page": page}
    return render(request, "working/jobs.html", context)


@require_GET
@never_cache
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show a job: how far it is, what came of it, or why it failed and what to do next."""
    job = job_for(actor_of(request), number)
    waits_for_nobody = job.state == State.WAITING and not somebody_works(now=timezone.now())
    context = {"title": job.label, "job": shown(job), "waits_for_nobody": waits_for_nobody}
    return render(request, "working/job.html", context)


@require_GET
@never_cache
def now(request: HttpRequest, number: int) -> HttpResponse:
    """Give how far a job is, for the script that keeps its page up to date."""
    return JsonResponse(shown_fields(job_for(actor_of(request), number)))


@require_POST
@never_cache
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Ask a job to stop."""
    actor = actor_of(request)
    try:
        stop_job(actor, job_for(actor, number))
    except WrongStep as fault:
        messages.warning(request, str(fault))
    return redirect("working:job", number=number)


def job_for(actor: Actor, number: int) -> Job:
    """Give a job to somebody who may see it. Raises : Http404, also for a job that is not theirs to see."""
    job = Job.objects.select_related("asked_by").filter(pk=number).first()
    try:
        if job is not None:
            require(actor, "job.read", job.target())
            return job
    except NotAllowed as refusal:
        if refusal.reason in {"signed-out", "scope"}:
            raise
    raise Http404(_("There is no such job, or it is not yours. Your own are listed on one page."))


def stop_job(actor: Actor, job: Job) -> Job:
    """Ask a job to stop. Raises : WrongStep when it has ended.

    On SQLite a job that is recording holds the database, and a record of the request would wait for its end: there the
    job is told by its file alone, and records who asked when it stops.
    """
    if job.state != State.RUNNING or connection.vendor != "sqlite":
        return cancel(actor, job, now=timezone.now())
    require(actor, "job.cancel", job.target())
    signals.ask_to_stop(job.pk, by=actor.person.pk if actor.person else None)
    return job
