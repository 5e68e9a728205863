"""The synthetic country Metallia: a seeded generator of the pack src/mezon/packs/metallia.

Nothing in it is real. `python -m generators.metallia` writes the same bytes on every run.
"""
