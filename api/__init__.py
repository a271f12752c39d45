"""What every endpoint is made of: view sets, authentication, permissions, caching, idempotency."""
