"""Trace headers that browsers may send across origins."""

HEADERS = (
    # W3C and Sentry
    *("traceparent", "tracestate", "baggage", "sentry-trace"),
    *("b3", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags"),
    *("x-datadog-trace-id", "x-datadog-parent-id", "x-datadog-origin", "x-datadog-tags"),
    *("x-datadog-sampling-priority", "x-datadog-sampled"),
    *("x-posthog-session-id", "x-posthog-distinct-id", "x-posthog-window-id"),
)
