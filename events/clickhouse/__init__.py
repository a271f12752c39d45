"""ClickHouse as the store of events: its schema, its client, filters and sources as its SQL."""
