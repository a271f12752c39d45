"""Commands around feature flags."""
