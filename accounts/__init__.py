"""Accounts: logging in and out, and the keys that people make for themselves."""
