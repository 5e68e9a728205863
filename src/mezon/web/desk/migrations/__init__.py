"""Tables of the desk, as they grew."""
