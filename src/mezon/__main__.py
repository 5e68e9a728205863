"""`python -m mezon` is `mezon`."""

from mezon.cli import main

main()
