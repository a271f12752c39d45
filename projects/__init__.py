"""Projects: the tenants, the organizations that own them, and who belongs to those."""
