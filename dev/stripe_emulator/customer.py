"""What the customer does on the hosted page: pay, be declined, authenticate."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from . import cards, session_shape, waiting
from .forms import CardForm, RedirectForm
from .resources import payment_intent, payment_method

if TYPE_CHECKING:
    from .forms import Typed
    from .store import Row
    from .world import World


@dataclass(frozen=True)
class Outcome:
    """What came of the customer's attempt."""

    kind: str  # paid | processing | waits | declined | authenticate | closed
    message: str = ""
    charge: Row | None = None


def submit(world: World, session: Row, form: Typed) -> Outcome:
    """Press Pay."""
    if session.data["status"] != "open":
        return Outcome("closed")
    intent = _intent(world, session)
    method = payment_method.make(world, session.tenant, form)
    if isinstance(form, CardForm) and cards.lookup(form.number).three_d_secure:
        payment_intent.require_action(world, intent, method)
        session.private["authenticating"] = {"method": method.id, "form": asdict(form)}
        return Outcome("authenticate")
    if waiting.needs_payer(form):
        waiting.begin(world, intent, method, form)
        _complete(world, session, form, paid=False)
        return Outcome("waits")
    if isinstance(form, RedirectForm):
        payment_intent.lead_away(world, intent, method)
        session.private["led_away"] = True
        session.private["authenticating"] = {"method": method.id, "form": asdict(form)}
        return Outcome("authenticate")
    return _confirm(world, session, intent, method, form)


def authenticate(world: World, session: Row, *, passed: bool) -> Outcome:
    """Answer the bank's question, or that of whom the customer was led to."""
    waiting = session.private.pop("authenticating", None)
    if session.data["status"] != "open" or waiting is None:
        return Outcome("closed")
    intent = _intent(world, session)
    method = world.store.linked(waiting["method"])
    if not passed:
        message = payment_intent.fail_authentication(world, intent, method)
        return Outcome("declined", message)
    kind = CardForm if method.data["type"] == "card" else RedirectForm
    return _confirm(world, session, intent, method, kind(**waiting["form"]))


def _intent(world: World, session: Row) -> Row:
    """Return the session's intent; it exists from the first attempt on."""
    found = world.store.find(session.data["payment_intent"] or "")
    if found is not None:
        return found
    intent = payment_intent.make(
        world,
        session.tenant,
        amount=session.data["amount_total"],
        currency=session.data["currency"],
        session=session.id,
        types=session.data["payment_method_types"],
        **session.private["intent_data"],
    )
    world.change(session, payment_intent=intent.id)
    return intent


def _confirm(
    world: World, session: Row, intent: Row, method: Row, form: Typed
) -> Outcome:
    charge = payment_intent.confirm(world, intent, method)
    if charge.data["status"] == "failed":
        return Outcome("declined", charge.data["failure_message"], charge)
    paid = charge.data["paid"]
    _complete(world, session, form, paid=paid)
    return Outcome("paid" if paid else "processing", charge=charge)


def _complete(world: World, session: Row, form: Typed, *, paid: bool) -> None:
    details = session_shape.customer_details(
        email=session.data["customer_email"] or form.email,
        name=form.name,
        address=form.address(),
    )
    world.change(
        session,
        status="complete",
        payment_status="paid" if paid else "unpaid",
        url=None,
        client_secret=None,
        customer_details=details,
    )
    world.emit("checkout.session.completed", session)
