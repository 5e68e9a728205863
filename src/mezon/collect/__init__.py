"""Collect: bytes become observations, and what is wrong with them becomes findings."""
