"""The working view for people: what is chosen, what may be seen of it, and how it is laid out."""
