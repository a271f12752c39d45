"""Flags of an organization: one key in several projects, and copies from one to others."""
