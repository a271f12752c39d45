"""A toolkit without a domain: it imports no app."""
