"""From an invitation to the public portal and back: the way of one figure through the desk, in real browsers.

An administrator invites; a provider fills in the workbook with twelve faults, sees each at its cell, corrects, hands
in; a reviewer returns one cell with a reason; it is mended, verified, approved, frozen, published; and whoever reads
the score on the portal finds the way back to that very cell. On SQLite, and on PostgreSQL where it is installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.desk_people import Desk
from tests.journeys.filled_workbook import FAULTS, PERIOD, UNIT, filled, known_values
from tests.journeys.running_site import Site
from tests.postgresql.conftest import postgresql  # noqa: F401 - a server made for the tests that ask for it

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.xdist_group("desk"), pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")]
REASON = "The annual report says 31.2. Which is right?"


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: Any, browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    """Serve Metallia with its store, on each database."""
    environment = {}
    if request.param == "postgresql":
        environment["MEZON_DATABASE"] = request.getfixturevalue("postgresql")
    site = Site(tmp_path, "serve", "metallia", environment=environment)
    site.wait()
    found = Desk(browser, site.address, tmp_path, environment)
    found.mezon("load", "metallia")
    yield found
    found.close()
    site.end_by_ctrl_c()


def test_a_figure_goes_from_the_workbook_to_the_portal_and_back_to_its_cell(desk: Desk, tmp_path: Path) -> None:
    provider, reviewer, statistician = people(desk)

    values = known_values() | {("RD_SPEND", "", PERIOD): 32.5}
    submission, content = open_and_download(provider, desk)
    bad, places = filled(content, values, faults=True)
    upload(provider, submission, bad, tmp_path / "first.xlsx")
    every_fault_stands_at_its_cell(provider, places)

    good, _none = filled(content, values, faults=False)
    upload(provider, submission, good, tmp_path / "second.xlsx")
    provider.get_by_role("button", name="Write it").click()
    hand_in(provider, submission)

    return_one_cell(reviewer, desk)
    mend(provider, submission, "31.2")
    hand_in(provider, submission)
    verify(reviewer, desk)
    approve(statistician, desk)
    freeze_and_publish(statistician, desk)
    the_way_back_leads_to_the_cell(provider, desk)
    nobody_else_sees_more(desk)


def people(desk: Desk) -> tuple[Page, Page, Page]:
    """Invite a provider, a reviewer and a statistician; each takes a seat."""
    administrator = desk.administrator("admin@office.example")
    links = {
        "provider": desk.invited(administrator, "aziza@silver.example", "provider", unit=UNIT),
        "reviewer": desk.invited(administrator, "rano@office.example", "reviewer"),
        "statistician": desk.invited(administrator, "saida@office.example", "statistician"),
    }
    return (
        desk.join(links["provider"], "aziza@silver.example", "Aziza", second_factor=False),
        desk.join(links["reviewer"], "rano@office.example", "Rano", second_factor=True, scripts=False),
        desk.join(links["statistician"], "saida@office.example", "Saida", second_factor=True),
    )


def open_and_download(page: Page, desk: Desk) -> tuple[str, bytes]:
    """Begin the return of the year, and take its workbook."""
    page.goto(f"{desk.address}/en/desk/")
    page.locator("li", has_text=f", {PERIOD}").get_by_role("button", name="Begin").click()
    page.wait_for_url("**/submissions/*/")
    address = page.url
    page.locator("details").first.evaluate("found => { found.open = true; }")
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download the workbook").click()
    return address, Path(downloaded.value.path()).read_bytes()


def upload(page: Page, submission: str, content: bytes, path: Path) -> None:
    """Send a workbook back."""
    path.write_bytes(content)
    page.goto(submission)
    page.locator(".ways details").first.evaluate("found => { found.open = true; }")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Read the file").click()
    page.wait_for_url("**/uploads/*/")


def every_fault_stands_at_its_cell(page: Page, places: dict[str, str]) -> None:
    """Find all twelve faults in the table, each beside the cell it stands in and with the rule that speaks."""
    rows = page.locator("table.faults tbody tr").all()
    found = {
        (row.locator("th .place").inner_text().strip(), row.locator("td.code").inner_text().strip()) for row in rows
    }
    expected = {(places[indicator], fault.rule) for indicator, fault in FAULTS.items()}
    assert len(expected) == 12
    assert expected <= found, f"not shown: {expected - found}; shown: {found}"


def hand_in(page: Page, submission: str) -> None:
    """Answer every question, and hand in."""
    page.goto(f"{submission}submit/")
    answers = page.locator("input[name^=answer-]")
    for number in range(answers.count()):
        answers.nth(number).fill("It is so: see the annual report.")
    if answers.count():
        page.get_by_role("button", name="Keep these reasons").click()
    page.get_by_role("button", name="Hand it in").click()
    page.goto(submission)
    assert "handed in" in page.locator(".stations [aria-current=step]").inner_text()


def open_review(page: Page, desk: Desk) -> None:
    """Go to the one submission that waits."""
    page.goto(f"{desk.address}/en/desk/review/")
    assert "1 submission waits for you." in page.inner_text("main")
    page.locator("table.queue tbody th a").first.click()
    page.wait_for_url("**/review/*/")


def return_one_cell(page: Page, desk: Desk) -> None:
    """Return the spending on R&D with a reason, in a browser without scripts."""
    open_review(page, desk)
    row = page.locator("tr[data-cell]", has_text="R&D expenditure").first
    row.locator("summary").click()
    row.locator("textarea").fill(REASON)
    page.get_by_role("button", name="Return the marked cells").click()
    assert "1 cell goes back with its reason." in page.inner_text("main")


def mend(page: Page, submission: str, text: str) -> None:
    """Mend the cell that came back: only that one can be written."""
    page.goto(submission)
    assert REASON in page.inner_text("main")
    entries = page.locator("table.grid input.value")
    assert entries.count() == 1
    entries.first.fill(text)
    entries.first.press("Tab")
    page.get_by_role("button", name="Save").click()


def verify(page: Page, desk: Desk) -> None:
    """See what was returned beside what it became, accept what is clean, and verify."""
    open_review(page, desk)
    beside = page.locator("table.side-by-side")
    assert beside.locator("del").inner_text() == "32.5"
    assert beside.locator("ins").inner_text() == "31.2"
    page.get_by_role("button", name="clean cell").click()
    page.get_by_role("button", name="Verify the whole submission").click()
    page.get_by_role("button", name="and verify").click()
    assert "Verified. Somebody else approves it now." in page.inner_text("main")
    assert "0 submissions wait for you." in page.inner_text("main")


def approve(page: Page, desk: Desk) -> None:
    """See what it moves, reckoned by the worker, and approve."""
    open_review(page, desk)
    page.wait_for_selector("text=Before: the working view without this submission.")
    page.get_by_role("button", name="Approve the whole submission").click()
    assert "Approved." in page.inner_text("main")


def freeze_and_publish(page: Page, desk: Desk) -> None:
    """Answer the warnings, see what would change in public, freeze, and publish."""
    page.goto(f"{desk.address}/en/desk/freezing/")
    page.wait_for_selector("#checklist")
    assert "1 approved submission goes into it" in page.inner_text("main")
    assert "Argent Silver" in page.locator("table.moved").first.inner_text()
    answers = page.locator(".checklist input")
    for number in range(answers.count()):
        answers.nth(number).fill("Known, and explained in the methodology.")
    if answers.count():
        page.get_by_role("button", name="Keep the answers").click()
    page.get_by_label("Version").fill("2026.1")
    page.get_by_label("What is new in it, and why").fill("The reviewed return of Argent Silver for 2024.")
    page.get_by_role("button", name="Freeze", exact=True).click()
    page.get_by_role("button", name="Publish").click()
    assert "Published. The portal shows it from now on." in page.inner_text("main")


def the_way_back_leads_to_the_cell(provider: Page, desk: Desk) -> None:
    """Go from the score to its indicator, its term, the observation, the receipt, and, for its provider, the cell."""
    provider.goto(f"{desk.address}/en/trace/?unit={UNIT}&period={PERIOD}")
    for indicator in ("RD_SHARE", "RD_SPEND"):
        provider.locator(f"a[href*='indicator={indicator}&unit={UNIT}&period={PERIOD}']").first.click()
        provider.wait_for_url(f"**indicator={indicator}**")
    assert "31.2" in provider.inner_text("main")
    provider.locator("a[href*='/desk/receipts/']").first.click()
    receipt = provider.inner_text("main")
    assert "Resources!I11" in receipt
    for role in ("provider", "reviewer", "statistician"):
        assert role in receipt
    for name in ("Aziza", "Rano", "Saida"):
        assert name not in receipt
    provider.get_by_role("link", name="The cell itself").click()
    assert REASON in provider.inner_text("main")


def nobody_else_sees_more(desk: Desk) -> None:
    """A reader of the portal reads the receipt, and nothing behind it; the chain of records holds."""
    context = desk._browser.new_context(base_url=desk.address)
    page = context.new_page()
    answer = page.goto("/en/desk/receipts/1/?cell=Resources!I11")
    assert answer is not None
    assert answer.status == 200
    assert "The cell itself" not in page.inner_text("main")
    page.goto("/en/desk/submissions/1/")
    assert "/account/login/" in page.url
    context.close()
    desk.mezon("audit-log", "verify")
