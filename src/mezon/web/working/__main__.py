"""`python -m mezon.web.working`."""

from __future__ import annotations

import sys

from mezon.web.working.process import main

if __name__ == "__main__":
    sys.exit(main())
