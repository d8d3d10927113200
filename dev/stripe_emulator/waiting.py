"""What an intent waits for the payer to do, after its session is complete.

A voucher is paid, or expires; a bank account is verified by what a micro-deposit says,
or is not. https://docs.stripe.com/payments/vouchers
https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import vouchers
from .forms import DebitForm
from .resources import checkout_session, payment_intent

if TYPE_CHECKING:
    from .forms import Typed
    from .store import Row
    from .world import World


def needs_payer(form: Typed) -> bool:
    """Say if something is left to the payer when the session is complete."""
    return form.method in vouchers.VOUCHERS or (
        isinstance(form, DebitForm) and bool(form.verify)
    )


def begin(world: World, intent: Row, method: Row, form: Typed) -> None:
    """Show the voucher, or send the micro-deposits."""
    now = world.clock.now
    if isinstance(form, DebitForm):
        page = f"{world.base_url}/verify/{intent.id}"
        action = vouchers.verification(form.verify, now + vouchers.DAY, page)
        ends = now + vouchers.GIVES_UP_AFTER
    else:
        ends = vouchers.VOUCHERS[form.method].ends(now)
        page = f"{world.base_url}/voucher/{intent.id}"
        action = vouchers.action(form.method, ends, page)
    intent.private["tries"] = 0
    payment_intent.await_payer(world, intent, method, action)
    world.clock.at(ends, "end_waiting", intent.id)


def pay(world: World, intent: Row) -> Row:
    """Take what was paid at the counter, be it late; return the charge."""
    method = world.store.linked(intent.private["waits_with"])
    made = payment_intent.confirm(world, intent, method)
    if session := intent.private["session"]:
        checkout_session.debit_ended(world, session, paid=True)
    return made


def verify(world: World, intent: Row, *, right: bool) -> Row | None:
    """Compare what was read on the statement; return the charge, if it is right."""
    method = world.store.linked(intent.private["waits_with"])
    if right:
        return payment_intent.confirm(world, intent, method)
    kind = intent.data["next_action"]["verify_with_microdeposits"]["microdeposit_type"]
    intent.private["tries"] += 1
    if intent.private["tries"] >= vouchers.TRIES[kind]:
        _end(
            world, intent, "payment_method_microdeposit_verification_attempts_exceeded"
        )
    return None


@payment_intent.resource.timer("end_waiting")
def end_by_clock(world: World, intent_id: str) -> None:
    """Let the last day pass."""
    row = world.store.find(intent_id)
    if row is not None and row.data["status"] == "requires_action":
        end(world, row)


def end(world: World, row: Row) -> None:
    """Let a voucher expire, or a verification that nobody made."""
    micro = row.data["next_action"]["type"] == "verify_with_microdeposits"
    _end(
        world,
        row,
        "payment_method_microdeposit_verification_timeout"
        if micro
        else "payment_intent_payment_attempt_expired",
    )


def _end(world: World, row: Row, code: str) -> None:
    payment_intent.give_up(world, row, code)
    if session := row.private["session"]:
        checkout_session.debit_ended(world, session, paid=False)
