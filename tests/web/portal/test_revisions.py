"""Revisions: what one day settled on against the day before it."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest

from mezon import production
from mezon.web.portal.edition import Edition
from mezon.web.portal.revisions import history

pytestmark = pytest.mark.django_db


def test_counts_add_up_from_day_to_day(edition: Edition) -> None:
    days = list(reversed(history("uzbekistan")))
    for former, later in pairwise(days):
        assert later.known == former.known + later.added - later.removed


def test_the_last_day_settles_on_what_the_release_reports(edition: Edition) -> None:
    reported = edition.observations.filter((pl.col("origin") == "reported") & pl.col("value").is_not_null())
    assert history("uzbekistan")[0].known == reported.height


def test_every_day_names_whose_publication_it_was(edition: Edition) -> None:
    days = {news.day for news in history("uzbekistan")}
    assert days == set(production.publication_days(production.read_pack("uzbekistan")))
    assert all(news.sources for news in history("uzbekistan"))


def test_the_revision_of_research_spending_of_uzbekistan_is_among_the_largest(edition: Edition) -> None:
    found = [(row["indicator"], row["unit"], row["period"]) for row in history("uzbekistan")[0].largest]
    assert ("RD_GDP", "UZB", "2011") in found
    changes = [abs(row["change"]) for row in history("uzbekistan")[0].largest]
    assert changes == sorted(changes, reverse=True)
