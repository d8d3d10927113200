"""Talk HTTP to the programs of the lab, on this machine only."""

import json
from http.client import HTTPConnection, HTTPException
from typing import Any

from dev.lab.errors import LabError
from dev.lab.ports import HOST

QUICK = 10.0
SLOW = 120.0


def answers(port: int, path: str) -> bool:
    """Tell whether a program on this port says that all is well."""
    try:
        status, _ = _exchange(port, "GET", path, None, QUICK)
    except (OSError, HTTPException):
        return False
    return status == 200


def get(port: int, path: str) -> str:
    """Return what a program answers; anything but 200 is an error."""
    return _expect(port, "GET", path, None)


def get_json(port: int, path: str) -> Any:
    """Return the JSON a program answers; anything but 200 is an error."""
    return json.loads(get(port, path))


def post(port: int, path: str, body: Any) -> Any:
    """Send JSON and return the JSON that is answered."""
    return json.loads(_expect(port, "POST", path, body))


def _expect(port: int, method: str, path: str, body: Any) -> str:
    """Return the body of a good answer."""
    status, text = _exchange(port, method, path, body, SLOW)
    if status not in {200, 201}:
        raise LabError(
            f"{method} {path} on port {port} answered {status}: {text[:500]}"
        )
    return text


def _exchange(
    port: int, method: str, path: str, body: Any, timeout: float
) -> tuple[int, str]:
    """Make one request on a connection of its own."""
    connection = HTTPConnection(HOST, port, timeout=timeout)
    try:
        content = None if body is None else json.dumps(body)
        headers = {} if body is None else {"Content-Type": "application/json"}
        connection.request(method, path, content, headers)
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    finally:
        connection.close()
