"""A row in every table of a site, and a file of every kind in its home: what a backup has to bring along."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

_DAY = datetime(2026, 11, 22, 12, 30, 15, 123456, tzinfo=UTC)
#: What a row of a table needs to be allowed there; everything else is made up by the kind of its column.
_SAID: dict[str, dict[str, Any]] = {
    "desk_freezing": {"stage": "asked"},
    "desk_remark": {"kind": "comment"},
    "accounts_invitation": {"digest": "d" * 64},
    "accounts_token": {"expires_at": _DAY + timedelta(days=1)},
    "warehouse_registerrow": {"recorded_from": 1},
    "warehouse_placement": {"recorded_from": 1},
    "working_job": {"state": "waiting", "ended_at": None},
}


def fill_every_table() -> list[str]:
    """Put a row into every table that has none; give the names of these tables."""
    from mezon.web.warehouse.backup.tables import stored_models

    waiting = [model for model in stored_models() if not model._base_manager.exists()]
    filled = []
    while waiting:
        ready = [model for model in waiting if not set(_needs(model)) & set(waiting)]
        assert ready, waiting
        for model in ready:
            model._base_manager.bulk_create([model(**_row(model))])
            filled.append(model._meta.db_table)
        waiting = [model for model in waiting if model not in ready]
    return filled


def fill_every_folder() -> list[str]:
    """Put a file of every kind that may be in a home into this one; give their paths."""
    home = Path(settings.HOME)
    texts = {
        "mail/letter.log": "Dear ʻOybek", "jobs/1/progress.json": "[1, 2, \"three\"]", "empty/nothing": "",
        "counts/long name with blanks, 100%.djcache": "x" * 70_000, "packs/Название.csv": "a,b\n",
    }  # fmt: skip
    for path, text in texts.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(text, encoding="utf-8")
    (home / "kept" / "random").parent.mkdir(exist_ok=True)
    (home / "kept" / "random").write_bytes(os.urandom(3_000_000))
    return sorted([*texts, "kept/random"])


def _needs(model: type[models.Model]) -> list[Any]:
    return [field.related_model for field in _foreign(model) if field.related_model is not model]


def _foreign(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def _row(model: type[models.Model]) -> dict[str, Any]:
    said = _SAID.get(model._meta.db_table, {})
    made = {
        field.attname: _made_up(field)
        for field in model._meta.concrete_fields
        if not (field.primary_key and isinstance(field, models.AutoField)) and not getattr(field, "generated", False)
    }
    return {**made, **said}


def _made_up(field: Any) -> Any:  # noqa: C901 - one line a kind of column
    if isinstance(field, models.ForeignKey):
        return field.related_model._base_manager.values_list(field.target_field.attname, flat=True).first()
    if isinstance(field, models.JSONField):
        return {"text": "Ўзбекистон “…”", "number": 1.5, "none": None}
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.DateTimeField):
        return _DAY
    if isinstance(field, models.DateField):
        return date(2026, 11, 22)
    if isinstance(field, models.DurationField):
        return timedelta(days=1, microseconds=5)
    if isinstance(field, models.FloatField):
        return 0.1 + 0.2
    if isinstance(field, models.BinaryField):
        return bytes(range(256))
    if isinstance(field, models.IntegerField):
        return 2
    if isinstance(field, models.GenericIPAddressField):
        return "192.0.2.7"
    longest = field.max_length or 100
    return 'ʻқ\t"\\, 1'[:longest]
