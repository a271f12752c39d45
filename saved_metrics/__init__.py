"""Saved metrics: reusable metric definitions of a project."""
