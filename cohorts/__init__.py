"""Cohorts: groups of people by what is known of them, or by name."""
