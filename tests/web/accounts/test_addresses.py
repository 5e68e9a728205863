"""Where a request comes from."""

from __future__ import annotations

from typing import Any

import pytest

from mezon.web.accounts.addresses import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),  # nobody's word is taken
        (1, "6.6.6.6, 192.0.2.7", "192.0.2.7"),  # the first is what the client says of itself
        (2, "6.6.6.6, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        (2, "192.0.2.7", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_a_forwarded_address_is_believed_as_far_as_our_own_proxies_wrote_it(
    rf: Any, settings: Any, proxies: int, forwarded: str, address: str
) -> None:
    settings.PROXIES = proxies
    assert client_address(rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)) == address
