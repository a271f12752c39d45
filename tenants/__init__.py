"""Tenants: organizations and their projects, members, roles and access rules."""
