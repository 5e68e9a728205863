"""Changes of the warehouse tables, in order."""
