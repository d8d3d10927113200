"""The OAuth page at `/oauth/authorize`: log in as somebody, and agree or not.

The ids of its fields and buttons are stable: browser tests rely on them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from ..connect import authorize
from . import kit

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from ..store import Row
    from ..world import World


def serve(world: World, request: Request) -> Response:
    """Show the page, or do what was pressed on it."""
    try:
        wish = authorize.read(world, request.args)
    except authorize.Unauthorizable as refusal:
        body = json.dumps({"error": {"message": str(refusal)}}, indent=2)
        return Response(body, 400, content_type="application/json")
    if wish.error:
        return redirect(wish.failed(), 302)
    if request.method != "POST":
        return _form(world, wish)
    if request.form.get("answer") != "connect":
        return redirect(wish.failed(), 303)
    world.dirty.set()
    chosen = request.form.get("account", "")
    try:
        return redirect(authorize.approve(world, wish, chosen), 303)
    except authorize.Refused as refusal:
        return _form(world, wish, str(refusal))


def _form(world: World, wish: authorize.Request, error: str = "") -> Response:
    name = wish.platform.data["business_profile"]["name"] or wish.platform.id
    body = Markup(
        '<section class="Summary"><div class="Seller">Connect with Stripe</div>'
        '<div class="Total">{name}</div><p class="Hints">{name} will be able to see '
        "your account, take payments and refund them, in {mode} mode.</p></section>"
        '<section class="Payment"><form method="post">{error}'
        "<h2>Which account is yours?</h2>{choices}"
        '<button class="SubmitButton" id="oauth-connect" name="answer" '
        'value="connect">Connect</button>'
        '<button class="SubmitButton SubmitButton--quiet" id="oauth-deny" '
        'name="answer" value="deny">Cancel</button></form></section>'
    ).format(
        name=name,
        mode="live" if wish.livemode else "test",
        error=kit.error(error),
        choices=_choices(authorize.accounts(world)),
    )
    return kit.page(f"Connect {name}", body)


def _choices(rows: list[Row]) -> Markup:
    if not rows:
        return Markup('<p class="Hints">There is no account to connect yet.</p>')
    html = Markup(
        '<label class="Choice" for="{id}"><input type="radio" name="account" '
        'id="{id}" value="{id}"{checked}><span>{name}<small>{id}</small></span></label>'
    )
    return Markup("").join(
        html.format(
            id=row.id,
            name=row.data["business_profile"]["name"] or "(no name)",
            checked=Markup(" checked") if index == 0 else "",
        )
        for index, row in enumerate(rows)
    )
