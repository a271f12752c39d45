"""Why a metric cannot be computed."""


class UnsupportedMetric(ValueError):
    """The document asks for something that results do not compute; the message says what."""
