"""Benchmarks: one file a figure of the README performance table; `python -m benchmarks` runs them all."""
