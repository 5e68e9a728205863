"""`python -m mezon.web.audit verify`: reckon the chain of records again; `mezon audit-log verify` is this."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from mezon.web import serving


def main() -> int:
    """Print whether the chain holds, with its last digest; 1 when it does not."""
    parser = argparse.ArgumentParser(prog="python -m mezon.web.audit", description=main.__doc__)
    parser.add_argument("act", choices=("verify",))
    parser.parse_args()
    home = Path(os.environ.get("MEZON_HOME", ".mezon")).resolve()
    serving.set_up(home, os.environ.get("MEZON_PACKS", "uzbekistan").split())
    from mezon.web.audit.verifying import verify

    found = verify()
    if not found.holds:
        print(f"The chain is broken: {found.fault}; the {found.records} records before it hold.", flush=True)
        return 1
    print(f"{found.records} records hold. Last digest: {found.digest}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
