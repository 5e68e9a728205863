"""Where a pack is: a folder, or the name of one that comes with Mezon."""

from __future__ import annotations

from pathlib import Path

from mezon.design.nearest import nearest
from mezon.errors import AskedForUnknown

#: Every folder with this file in it is taken for a pack.
PACK_FILE = "pack.toml"


def bundled_packs() -> dict[str, Path]:
    """Give the packs that come with Mezon, by name."""
    import mezon.packs

    homes = (Path(place) for place in mezon.packs.__path__)
    return {file.parent.name: file.parent for home in homes for file in sorted(home.glob(f"*/{PACK_FILE}"))}


def find_pack(name_or_path: str) -> Path:
    """Find a pack by the path of its folder, or else by the name of a bundled one.

    A folder without pack.toml is still given back, so that the check can say what it lacks.
    Raises : AskedForUnknown, with the nearest names, when there is neither.
    """
    path = Path(name_or_path)
    bundled = bundled_packs()
    if path.name == PACK_FILE and path.is_file():
        return path.parent
    if (path / PACK_FILE).is_file() or (path.is_dir() and name_or_path not in bundled):
        return path
    if name_or_path in bundled:
        return bundled[name_or_path]
    raise AskedForUnknown(
        f"There is no pack {name_or_path!r}: no such folder, and no bundled pack of that name.",
        hint=f"Give the path of a folder with {PACK_FILE}, or a bundled pack: {nearest(name_or_path, bundled)}.",
    )
