"""How fast flags are served: the server beside a bare program."""
