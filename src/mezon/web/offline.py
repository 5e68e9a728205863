"""What a browser shows when the site cannot be reached: a page it has kept, instead of its own fault message.

The worker keeps that one page and the stylesheet. It keeps no page with a number, so that nobody reads an old one
without knowing; every answer still comes from the site itself.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import cache_control


@cache_control(public=True, max_age=300)
def offline(request: HttpRequest) -> HttpResponse:
    """Say in three languages that the site cannot be reached, and what to do."""
    return render(request, "offline.html")


@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """Give the script that keeps the page; it stands at the root, so that it answers for the whole site."""
    return render(request, "offline-worker.js", content_type="text/javascript")


urlpatterns = [
    path("offline/", offline, name="offline"),
    path("offline-worker.js", worker, name="offline-worker"),
]
