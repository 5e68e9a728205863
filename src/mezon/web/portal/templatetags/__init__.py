"""Filters and tags of the portal templates."""
