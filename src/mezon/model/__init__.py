"""Nouns: what the line passes from hand to hand. No input, no output, no clock, no chance."""
