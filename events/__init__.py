"""Events: what visitors did, who they are, and the groups they belong to."""
