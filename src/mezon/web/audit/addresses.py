"""Network addresses in records: told apart, not told."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def address_hash(address: str) -> str:
    """Give 16 characters that are the same for the same address here, and say nothing about it elsewhere."""
    if not address:
        return ""
    key = str(settings.SECRET_KEY).encode()
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:16]
