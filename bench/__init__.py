"""How fast the server is, beside a bare program and beside ordinary code, in one run."""
