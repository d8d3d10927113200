"""The onboarding page at `/setup/<s, e or c>/<account>/<link>`.

The ids of its fields and buttons are stable: browser tests rely on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from werkzeug.utils import redirect

from ..connect import account_links, onboarding, requirements
from ..resources import account
from ..store import Tenant
from . import kit

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from ..store import Row
    from ..world import World

BUTTONS = (
    ("submit", "Submit", "Everything is in order: payments and payouts begin."),
    ("review", "Submit, then review", "Stripe takes its time to verify."),
    ("leave", "Save for later", "Leave half-way, with the business described."),
    ("reject", "Reject", "Stripe refuses this business for good."),
)
FIELDS = {"name": "businessName", "email": "email", "url": "website"}


def serve(world: World, request: Request, account_id: str, token: str) -> Response:
    """Show the page once, or do what was pressed on it."""
    link = world.store.find(token)
    if (
        link is None
        or link.kind != account_links.KIND
        or link.data["account"] != account_id
    ):
        return kit.notice("This link is not valid", "Please check the URL.", 404)
    world.dirty.set()
    if request.method == "POST":
        return _pressed(world, link, request)
    if not account_links.is_open(world, link):
        return redirect(link.private["refresh_url"], 302)
    word = account_links.visit(world, link)
    row = account.of(world, Tenant(account_id, link.tenant.livemode))
    names = _wanted(link, row)
    if row.data["details_submitted"] and not names:
        return redirect(link.private["return_url"], 302)
    return _form(world, link, row, word, names)


def _wanted(link: Row, row: Row) -> list[str]:
    return requirements.wanted(
        row.data, eventually=link.private["eventually"], future=link.private["future"]
    )


def _pressed(world: World, link: Row, request: Request) -> Response:
    outcome, word = request.form.get("outcome", ""), request.form.get("visit")
    row = world.store.find(link.data["account"])
    stale = link.private["finished"] or word != link.private["visit"]
    if row is None or stale or outcome not in onboarding.OUTCOMES:
        return redirect(link.private["refresh_url"], 302)
    link.private["finished"] = True
    typed = {name: request.form.get(field, "") for name, field in FIELDS.items()}
    onboarding.finish(world, row, outcome, typed)
    return redirect(link.private["return_url"], 303)


def _form(world: World, link: Row, row: Row, word: str, names: list[str]) -> Response:
    platform = _name(account.of(world, link.tenant))
    body = Markup(
        '<section class="Summary"><div class="Seller">{platform} partners with Stripe'
        '</div><div class="Total">{title}</div>{todo}</section>'
        '<section class="Payment"><form method="post" novalidate>'
        '<input type="hidden" name="visit" value="{word}">'
        "<h2>About your business</h2>{fields}<h2>What happens next?</h2>"
        "{buttons}</form></section>"
    ).format(
        platform=platform,
        title=_name(row) or "Set up your account",
        todo=_todo(names),
        word=word,
        fields=_fields(row),
        buttons=_buttons(),
    )
    return kit.page(f"{platform} – set up payments", body)


def _name(row: Row) -> str:
    return str(row.data["business_profile"]["name"] or "")


def _todo(names: list[str]) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(name) for name in names)
    return Markup(
        '<p class="Hints">Stripe needs to know:</p><ul class="Todo" id="requirements">'
        "{}</ul>"
    ).format(items)


def _fields(row: Row) -> Markup:
    profile = row.data["business_profile"]
    return Markup("").join(
        (
            kit.field(FIELDS["name"], "Business name", profile["name"] or ""),
            kit.field(FIELDS["email"], "Email", row.data["email"] or "", mode="email"),
            kit.field(
                FIELDS["url"],
                "Website",
                profile["url"] or "",
                placeholder="https://www.example.com",
            ),
        )
    )


def _buttons() -> Markup:
    html = Markup(
        '<button class="SubmitButton{quiet}" id="onboarding-{value}" name="outcome" '
        'value="{value}">{label}</button><p class="Hints Hints--button">{hint}</p>'
    )
    return Markup("").join(
        html.format(
            value=value,
            label=label,
            hint=hint,
            quiet="" if value == "submit" else " SubmitButton--quiet",
        )
        for value, label, hint in BUTTONS
    )
