"""The database layer: compiled queries, pipelining, backends, transactions, triggers."""
