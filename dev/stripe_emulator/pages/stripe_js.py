"""Stripe's script, `https://js.stripe.com/<train>/stripe.js`: a stub of it.

An order may let it come late or not at all: `fail_next("GET", "/js/*", …)`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from ..world import World

PATH = "/js/endive/stripe.js"
SCRIPT = Path(__file__).with_name("stripe.js").read_text(encoding="utf-8")


def serve(world: World, request: Request) -> Response:
    """Return the script, unless it was ordered otherwise."""
    with world.lock:
        fault = world.faults.take(request.method, request.path)
    if fault and fault.timeout:
        world.stopping.wait(fault.timeout)
    if fault and not fault.lost:
        return Response("", fault.status or 500)
    headers = {"Cache-Control": "no-store"}
    return Response(SCRIPT, headers=headers, content_type="text/javascript")
