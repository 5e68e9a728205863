"""Desk: forms filled in, checked, reviewed and approved."""
