"""Where notifications go; the settings name the functions."""
