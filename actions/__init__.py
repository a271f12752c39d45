"""Actions: named events of a project that metrics may refer to by id."""
