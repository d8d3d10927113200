"""Free ports, and a sentence when a wanted one is taken."""

import socket

from dev.lab.errors import LabError

HOST = "127.0.0.1"


_given: set[int] = set()


def free_port() -> int:
    """Return a port that nobody listens on right now, and that is given only once."""
    while True:
        with socket.socket() as candidate:
            candidate.bind((HOST, 0))
            port: int = candidate.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


def is_free(port: int) -> bool:
    """Tell whether a program may listen on the port."""
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def require_free(port: int) -> int:
    """Return the port if it can be listened on, else say that it cannot."""
    if not is_free(port):
        raise LabError(
            f"port {port} is taken by another program (or not for us to take). "
            "Choose another one: --port N"
        )
    return port
