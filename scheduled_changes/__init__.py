"""Scheduled changes: changes of feature flags that are made at a later time."""
