"""Addresses of the desk, under `/<language>/desk/`. Each family of pages brings its own."""

from __future__ import annotations

from mezon.web.desk.views import (
    cells,
    definitions,
    filling,
    freezing,
    histories,
    home,
    proposals,
    receipts,
    registers,
    reviewing,
    submitting,
    uploading,
    working,
)

app_name = "desk"
urlpatterns = [
    *home.urlpatterns,
    *filling.urlpatterns,
    *cells.urlpatterns,
    *uploading.urlpatterns,
    *submitting.urlpatterns,
    *reviewing.urlpatterns,
    *freezing.urlpatterns,
    *receipts.urlpatterns,
    *working.urlpatterns,
    *histories.urlpatterns,
    *definitions.urlpatterns,
    *proposals.urlpatterns,
    *registers.urlpatterns,
]
