"""Maths: arrays in, arrays out, one file a step of the OECD/JRC Handbook, each method under a registered name."""
