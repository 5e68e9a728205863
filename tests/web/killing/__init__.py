"""Processes that are killed: one that carries out acts of the desk, and the site it works on."""
