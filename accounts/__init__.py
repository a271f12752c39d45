"""Accounts: logging in and out, API keys, and the caller's own profile."""
