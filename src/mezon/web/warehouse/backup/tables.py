"""Tables as texts: one JSON list a row, in the order of the key, the same on every database."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models

_ROWS_AT_A_TIME = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One file of a backup: its path inside, its SHA-256, and how many rows or bytes it has."""

    path: str
    sha256: str
    size: int


def stored_models() -> list[type[models.Model]]:
    """Give every model that has a table of its own, in the order of their tables."""
    found = [model for model in apps.get_models(include_auto_created=True) if _has_table(model)]
    return sorted(found, key=lambda model: model._meta.db_table)


def _has_table(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy


def path_of(model: type[models.Model]) -> str:
    """Give the path of a model's rows inside a backup."""
    return f"tables/{model._meta.db_table}.jsonl"


def columns_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Give the columns of a model's table that hold what was put there."""
    return [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]


def lines_of(model: type[models.Model]) -> Iterator[bytes]:
    """Give the rows of a model's table as lines: first the names of the columns, then a list a row."""
    columns = columns_of(model)
    yield _line([field.attname for field in columns])
    rows = model._base_manager.order_by("pk").values_list(*(field.attname for field in columns))
    for row in rows.iterator(chunk_size=_ROWS_AT_A_TIME):
        yield _line(row)


def described(path: str, lines: Iterable[bytes]) -> Described:
    """Count and hash the lines of a table without keeping them."""
    digest, rows = hashlib.sha256(), -1
    for line in lines:
        digest.update(line)
        rows += 1
    return Described(path=path, sha256=digest.hexdigest(), size=rows)


def _line(row: Sequence[Any]) -> bytes:
    return (json.dumps(row, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode(
        "utf-8"
    )


def _plain(value: object) -> str:
    """Write a value that JSON does not have as the text from which its field reads it again."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    if isinstance(value, timedelta):
        return f"{value.days} {value.seconds}.{value.microseconds:06d}"
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no text of its own")


def insert_lines(model: type[models.Model], lines: Iterator[bytes]) -> None:
    """Put the lines of a backup into a model's table, which is empty, and set its counter behind the last row."""
    names = json.loads(next(lines))
    fields = {field.attname: field for field in columns_of(model)}
    columns = [fields[name] for name in names]
    quoted = ", ".join(connection.ops.quote_name(str(field.column)) for field in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"INSERT INTO {table} ({quoted}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608 - our names
    with connection.cursor() as cursor:
        for part in _parts(lines):
            rows = [
                [_stored(field, value) for field, value in zip(columns, json.loads(line), strict=True)] for line in part
            ]
            cursor.executemany(statement, rows)


def _stored(field: models.Field[Any, Any], value: Any) -> Any:
    """Give a value as the database takes it; numbers and texts pass as they are."""
    if value is None or (isinstance(value, str | int | float) and isinstance(field, _PLAIN_FIELDS)):
        return value
    if isinstance(field, models.BinaryField):
        return base64.b64decode(value)
    if isinstance(field, models.ForeignKey):
        return _stored(field.target_field, value)
    return field.get_db_prep_save(field.to_python(value), connection)


_PLAIN_FIELDS = (models.CharField, models.TextField, models.IntegerField, models.FloatField)


def _parts(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    for line in lines:
        part.append(line)
        if len(part) == _ROWS_AT_A_TIME:
            yield part
            part = []
    if part:
        yield part
