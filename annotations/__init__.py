"""Annotations: notes about moments, such as the launch of an experiment."""
