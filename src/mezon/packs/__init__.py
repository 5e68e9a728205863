"""Bundled packs: data only."""
