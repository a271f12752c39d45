"""Experiments: the resource everything else serves."""
