"""Pages, a module each: a view parses its address, asks an edition, and answers."""
