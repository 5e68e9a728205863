"""A pack with registers and a methodology, for the tests of the pages on definitions; Saida is its statistician."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.web import people
from tests.web.desk.conftest import NOON, later
from tests.web.people import sign_in

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.desk.proposing import Proposal
    from mezon.web.warehouse.models import StoredPack

TECHNOLOGIES = 'id,name_en,kind,note\nT-1,Big data,DIGITAL,"one, two"\nT-2,Robots,DIGITAL,\n'
PROJECTS = """id,name_en,unit,amount,innovative,started
P-1,Pit of A,A,10.5,true,2020
P-2,Mill of B,B,9,false,2021-05
P-3,Road,,100,,
"""
METHODOLOGY = "methodologies/example.toml"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: Any) -> Path:
    """Every test keeps its proposals in a home of its own."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    return Path(settings.HOME)


@pytest.fixture
def stored(db: None, desk_pack: Path) -> StoredPack:
    """Give the desk's pack with two registers, loaded."""
    from mezon.web.warehouse import store

    (desk_pack / "registers").mkdir()
    (desk_pack / "registers/technologies.csv").write_text(TECHNOLOGIES, encoding="utf-8")
    (desk_pack / "registers/projects.csv").write_text(PROJECTS, encoding="utf-8")
    return store.load(desk_pack, by=None, reason="first load", now=NOON)


@pytest.fixture
def saida(stored: StoredPack) -> Actor:
    """Give the statistician of the whole pack."""
    return people.actor_with("statistician", pack=stored.code, email="saida@people.example", now=NOON)


@pytest.fixture
def as_saida(client: Any, saida: Actor) -> Any:
    """Give a browser in which Saida is signed in."""
    assert saida.person is not None
    sign_in(client, saida.person)
    return client


def proposed(pack: StoredPack, path: str, old: str, new: str) -> Proposal:
    """Propose to write something instead of something else."""
    from mezon.web.desk.defining import text_of
    from mezon.web.desk.proposing import propose

    text = text_of(pack, path)
    assert old in text, text
    return propose(pack, path, text.replace(old, new), opened_at=pack.last_change)


def accepted(saida: Actor, pack: StoredPack, proposal: Proposal, *, minutes: int = 1, reason: str = "agreed") -> Any:
    """Accept a proposal after its preview."""
    from mezon.web.accounts.policy import Target
    from mezon.web.desk.acts_defining import accept
    from mezon.web.desk.proposed import foreseen

    seen = foreseen(pack, proposal, "en")
    change = accept(saida, Target(pack=pack.code), proposal=proposal, seen=seen, reason=reason, now=later(minutes))
    pack.refresh_from_db()
    return change
