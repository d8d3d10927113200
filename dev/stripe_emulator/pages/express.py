"""Where a login link leads: a stub of the Express Dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..resources import login_link
from . import kit

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from ..world import World


def serve(world: World, account_id: str, token: str) -> Response:
    """Let the owner in, once."""
    link, row = world.store.find(token), world.store.find(account_id)
    known = link is not None and link.kind == login_link.resource.kind
    if not known or link is None or row is None or link.private["used"]:
        return kit.notice("This link is no longer valid", "Ask for a new one.", 404)
    link.private["used"] = True
    world.dirty.set()
    name = row.data["business_profile"]["name"] or row.id
    return kit.notice(f"Express Dashboard of {name}", "There is nothing more to see.")
