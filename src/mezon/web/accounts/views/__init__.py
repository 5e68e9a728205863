"""Pages of accounts; each module declares its own addresses."""
