"""Changes of the tables of work, in order."""
