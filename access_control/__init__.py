"""Access control: the rules that say who may do what in a project."""
