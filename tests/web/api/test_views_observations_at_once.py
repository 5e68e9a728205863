"""Files sent to the API at one moment by processes of their own, and worked off by several workers: each once."""

from __future__ import annotations

import pytest

from tests.web.killing.site import Server, Site, at_once, done

pytestmark = pytest.mark.endurance

TEXT = "indicator,unit,period,value,source_ref\n" + "".join(
    f"RD_SPEND,{unit},{year},{year / 100},place {year}\n" for unit in "AB" for year in range(1950, 2000)
)


def test_one_file_sent_four_times_at_once_with_one_key_is_one_job_and_one_change(
    opened: tuple[Site, Server],
) -> None:
    site, first = opened
    servers = [first, *(site.server() for _ in range(3))]
    for turn in range(3):
        site.put_back("opened")
        token = done(first, "token")
        before = done(first, "state")["last_change"]
        sent = at_once([(one, "send", {"token": token, "text": TEXT, "key": f"key {turn}"}) for one in servers])
        assert not [one.fault for one in sent if one.fault]
        assert {one.said[0] for one in sent} == {202}
        assert len({one.said[1] for one in sent}) == 1
        assert sorted(one.said[2] for one in sent) == [False, True, True, True]

        worked = at_once([(one, "work", {}) for one in servers])
        assert sorted(one.said for one in worked) == [0, 0, 0, 1]
        ((kind, state, result),) = done(first, "jobs")
        assert (kind, state, result["new"]) == ("observation-import", "done", 100)
        found = done(first, "state")
        assert (found["last_change"] - before, found["faults"]) == (1, [])


def test_the_same_file_with_two_keys_is_two_jobs_and_still_one_change(opened: tuple[Site, Server]) -> None:
    site, first = opened
    second = site.server()
    site.put_back("opened")
    token = done(first, "token")
    before = done(first, "state")["last_change"]
    sent = at_once(
        [(one, "send", {"token": token, "text": TEXT, "key": key}) for one, key in ((first, "a"), (second, "b"))]
    )
    assert len({one.said[1] for one in sent}) == 2
    at_once([(one, "work", {}) for one in (first, second)])
    assert sorted((state, result["new"], result["unchanged"]) for _, state, result in done(first, "jobs")) == [
        ("done", 0, 100), ("done", 100, 0),
    ]  # fmt: skip
    found = done(first, "state")
    assert (found["last_change"] - before, found["faults"]) == (1, [])
