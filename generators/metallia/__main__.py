"""Write the pack: `python -m generators.metallia [FOLDER]`, by default src/mezon/packs/metallia."""

from __future__ import annotations

import sys
from pathlib import Path

from generators.metallia.pack import write_pack

DEFAULT = Path(__file__).resolve().parents[2] / "src" / "mezon" / "packs" / "metallia"

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    write_pack(folder)
    sys.stdout.write(f"Metallia was written to {folder}\n")
