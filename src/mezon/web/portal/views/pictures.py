"""Pictures: charts under addresses of their own."""

from __future__ import annotations

from typing import Any

urlpatterns: list[Any] = []
