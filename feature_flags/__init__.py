"""Feature flags: what an experiment drives; nothing else in the house writes them."""
