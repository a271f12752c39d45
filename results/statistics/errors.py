"""Why there is no statistic."""


class NotComputable(ValueError):
    """Raised when the data allow no statistic; the counts stand all the same."""
