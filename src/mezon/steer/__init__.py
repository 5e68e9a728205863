"""Steer: an assessment becomes decisions. Empty until the issue that builds it; the layer's place is fixed now."""
