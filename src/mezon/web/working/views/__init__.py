"""Pages of work in the background."""
