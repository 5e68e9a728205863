"""The line over a database, for people: Django, SQLite by default. Needs the extra `mezon[web]`."""
