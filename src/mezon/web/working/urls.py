"""Addresses of work in the background, under `/<language>/jobs/`."""

from __future__ import annotations

from django.urls import path

from mezon.web.working.views import jobs

app_name = "working"
urlpatterns = [
    path("", jobs.own, name="jobs"),
    path("<int:number>/", jobs.one, name="job"),
    path("<int:number>/now/", jobs.now, name="now"),
    path("<int:number>/cancel/", jobs.stop, name="cancel"),
]
