"""Profiles: who the caller is, where they are, and what their clients remember for them."""
