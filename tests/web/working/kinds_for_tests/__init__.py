"""An app whose jobs do what tests want to watch."""
