"""`python -m mezon.web.audit verify`: reckon the chain of records again; `mezon audit-log verify` is this."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from mezon.errors import MezonError
from mezon.web import serving


def main() -> int:
    """Print whether the chain holds, with its last digest; 1 when it does not."""
    parser = argparse.ArgumentParser(prog="python -m mezon.web.audit", description=main.__doc__)
    parser.add_argument("act", choices=("verify",))
    parser.parse_args()
    home = Path(os.environ.get("MEZON_HOME", ".mezon")).resolve()
    try:
        serving.refuse_without_database(home)
    except MezonError as error:
        print(f"mezon: {error.message}\n{error.hint}", file=sys.stderr)
        return error.exit_code
    serving.set_up(home, os.environ.get("MEZON_PACKS", "uzbekistan").split())
    from mezon.web.audit.verifying import verify

    found = verify()
    name = serving.database_name()
    if not found.holds:
        print(f"{name}: the chain is broken: {found.fault}; the {found.records} records before it hold.", flush=True)
        return 1
    print(f"{name}: {found.records} records hold. Last digest: {found.digest}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
