"""Ports for servers that run a while."""

import random
import socket

# Below those that Linux gives to outgoing connections, of which there are many while tests run.
_FIRST, _LAST = 20_000, 32_000


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    while True:
        port = random.randint(_FIRST, _LAST)  # noqa: S311
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
