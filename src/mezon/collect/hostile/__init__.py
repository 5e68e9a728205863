"""What is refused before it is opened: bombs, entities, disguises. Within bounds of time and memory, whatever comes."""

from __future__ import annotations

from mezon.collect.hostile.disguise import Kind, kind_of
from mezon.collect.hostile.package import Package, open_package

__all__ = ["Kind", "Package", "kind_of", "open_package"]
