"""Tags: words that people give to experiments, flags, metrics and actions to find them by."""
