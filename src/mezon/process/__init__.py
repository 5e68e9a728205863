"""Process: observations become a release (checks, settling, conversion, derivation, roll-up, freezing)."""
