"""Design: reads a pack's definitions and checks them."""
