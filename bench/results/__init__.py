"""How fast results are over many events."""
