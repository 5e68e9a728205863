"""Scripts that choose, re-key or draw the figures of the bundled packs."""
