from __future__ import annotations

import json
from pathlib import Path

from mezon.design.datapackage import describe, write_datapackage


def test_every_csv_is_described_with_its_types_key_and_references(tiny_pack: Path) -> None:
    described = describe(tiny_pack)
    resources = {resource["name"]: resource for resource in described["resources"]}
    assert set(resources) == {
        "units", "memberships", "settlements", "parameters", "targets", "rates", "deflators", "cl-size",
    }  # fmt: skip
    assert described["name"] == "tiny"
    schema = resources["memberships"]["schema"]
    assert schema["primaryKey"] == ["unit", "parent", "hierarchy", "valid_from"]
    assert {"fields": ["unit"], "reference": {"resource": "units", "fields": ["unit"]}} in schema["foreignKeys"]
    fields = {field["name"]: field for field in resources["rates"]["schema"]["fields"]}
    assert fields["rate"] == {"name": "rate", "type": "number", "constraints": {"required": True}}
    assert fields["kind"]["constraints"]["enum"] == ["average", "end"]
    assert [field["name"] for field in resources["units"]["schema"]["fields"]][-1] == "region"


def test_writing_it_twice_gives_the_same_bytes(tiny_pack: Path) -> None:
    first = write_datapackage(tiny_pack).read_bytes()
    assert write_datapackage(tiny_pack).read_bytes() == first
    assert json.loads(first) == describe(tiny_pack)
