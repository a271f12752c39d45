"""Endpoints about the access rules of a resource, which each resource mounts below its own."""
