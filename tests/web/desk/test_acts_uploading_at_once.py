"""Two uploads of one return at one moment, each confirmed by a process of its own: nothing is lost, none is twice."""

from __future__ import annotations

import pytest

from tests.web.killing.site import Server, Site, at_once, done

pytestmark = pytest.mark.endurance

FIRST, SECOND = {"RD_SPEND": "13.2", "TOTAL_SPEND": "492"}, {"RD_SPEND": "13.9", "PATENTS": "4"}


def test_of_two_uploads_of_one_cell_at_one_moment_one_is_written_and_the_other_told(
    opened: tuple[Site, Server],
) -> None:
    site, first = opened
    second = site.server()
    for _ in range(3):
        site.put_back("opened")
        received = at_once(
            [(first, "upload", {"name": "one.csv", "values": FIRST}),
             (second, "upload", {"name": "two.csv", "values": SECOND})]
        )  # fmt: skip
        keys = [one.said[0] for one in received]
        assert len(set(keys)) == 2
        ended = at_once([(first, "confirm", {"upload": keys[0]}), (second, "confirm", {"upload": keys[1]})])

        won = next(place for place, one in enumerate(ended) if not one.fault)
        assert ended[1 - won].fault.startswith("ChangedMeanwhile"), ended
        wanted = (FIRST, SECOND)[won]
        found = done(first, "cells")
        assert {code: text for code, (text, _) in found.items() if text} == wanted
        assert {code: versions for code, (_, versions) in found.items() if versions} == {
            code: [text] for code, text in wanted.items()
        }
        assert done(first, "state")["faults"] == []


def test_one_upload_confirmed_by_two_at_one_moment_is_written_once(opened: tuple[Site, Server]) -> None:
    site, first = opened
    second = site.server()
    site.put_back("opened")
    (key,) = done(first, "upload", name="one.csv", values=FIRST)
    ended = at_once([(server, "confirm", {"upload": key}) for server in (first, second)])
    assert [(one.fault, one.said) for one in ended] == [("", 2), ("", 2)]
    assert {code: versions for code, (_, versions) in done(first, "cells").items() if versions} == {
        code: [text] for code, text in FIRST.items()
    }
