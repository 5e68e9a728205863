"""A site with a pack, and the returns of two enterprises opened, on a real database."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from tests.conftest import write_first_pack
from tests.web.desk.pack_files import still_collected, with_form
from tests.web.killing.site import Server, Site, done


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Server]]:
    """Give the site, kept as it is under "opened", and a process that does what it is told there."""
    place = tmp_path_factory.mktemp("killed")
    site = Site(place / "home", f"killed_{secrets.token_hex(4)}")
    site.make()
    server = site.server()
    done(server, "prepare", folder=str(still_collected(with_form(write_first_pack(place)))))
    site.keep("opened")
    yield site, server
    site.close()
