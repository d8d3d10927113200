"""`/_control/*`: the same orders as in Python, as JSON over HTTP."""

from __future__ import annotations

import inspect
import json
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from werkzeug.wrappers import Response

from .controls import ControlError, Controls

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Request

    from .errors import Json
    from .outbox import Delivery

Order = tuple[str, str]
MONEY = (
    *("refund", "succeed_refund", "fail_refund", "cancel_refund"),
    *("dispute", "move_dispute", "withdraw_dispute", "adjust_dispute"),
    "early_fraud_warning",
    *("succeed_debit", "fail_debit", "return_debit"),
    *("take_voucher", "pay_voucher", "ask_verification", "verify", "end_waiting"),
    *("add_bank_account", "payout", "pay_out", "arrive_payout", "fail_payout"),
    *("book", "reserve", "release_reserve", "settle_in"),
)


class HttpControls:
    """Maps each order to its method; every answer is JSON."""

    def __init__(self, controls: Controls) -> None:
        self.controls = controls
        self._orders: dict[Order, Callable[..., Any]] = {
            ("GET", "health"): self.health,
            ("GET", "accounts"): self.accounts,
            ("POST", "accounts"): self.create_account,
            ("POST", "accounts/update"): controls.update_account,
            ("POST", "accounts/state"): controls.account_state,
            ("POST", "accounts/finish_onboarding"): controls.finish_onboarding,
            ("POST", "accounts/expire_links"): controls.expire_account_links,
            ("POST", "platforms"): self.create_platform,
            ("POST", "platforms/update"): controls.update_platform,
            ("POST", "oauth/approve"): self.oauth_approve,
            ("POST", "oauth/deny"): self.oauth_deny,
            ("POST", "deauthorize"): controls.deauthorize,
            ("POST", "disable_endpoint"): controls.disable_endpoint,
            ("POST", "emit_thin"): self.emit_thin,
            ("POST", "restricted_key"): self.restricted_key,
            ("POST", "revoke_key"): controls.revoke_key,
            ("POST", "connect"): controls.connect,
            ("POST", "disconnect"): controls.disconnect,
            ("POST", "pay"): controls.pay,
            ("POST", "decline"): controls.decline,
            ("POST", "ask_authentication"): controls.ask_authentication,
            ("POST", "fail_authentication"): controls.fail_authentication,
            ("POST", "charge_elsewhere"): controls.charge_elsewhere,
            ("POST", "settle"): controls.settle,
            **{("POST", name): getattr(controls, name) for name in MONEY},
            ("GET", "balance"): controls.balance,
            ("GET", "invariant"): controls.check_invariant,
            ("GET", "clock"): self.clock,
            ("POST", "clock/advance"): self.advance,
            ("POST", "clock/set"): self.set_clock,
            ("GET", "outbox"): self.outbox,
            ("POST", "outbox/take"): self.take,
            ("POST", "outbox/deliver"): self.deliver,
            ("POST", "outbox/mode"): self.mode,
            ("POST", "fail_next"): controls.fail_next,
            ("POST", "fail_no_more"): controls.fail_no_more,
            ("GET", "requests"): self.requests,
            ("GET", "objects"): controls.objects,
            ("POST", "edit_metadata"): controls.edit_metadata,
            ("POST", "tamper"): self.tamper,
            ("POST", "emit"): controls.emit,
            ("POST", "emit_raw"): controls.emit_raw,
            ("POST", "settings"): self.settings,
            ("POST", "reset"): self.reset,
        }

    def answer(self, request: Request) -> Response:
        """Carry out an order, or say in JSON why not."""
        name = request.path.removeprefix("/_control/")
        try:
            result = self._carry_out(request.method, name, request)
        except (ControlError, TypeError, ValueError, KeyError) as error:
            return _json({"error": {"message": str(error)}}, 400)
        return _json({"ok": True} if result is None else result, 200)

    def _carry_out(self, method: str, name: str, request: Request) -> Any:
        if method == "GET" and name.startswith("objects/"):
            return self.controls.object(name.removeprefix("objects/"))
        order = self._orders.get((method, name))
        if order is None:
            message = f"No such order: {method} /_control/{name}"
            raise ControlError(message)
        return _call(order, _values(request))

    def health(self) -> Json:
        """Say that it runs, and for whom."""
        return {"status": "ok", "accounts": len(self.controls.accounts())}

    def accounts(self) -> list[Json]:
        """List the accounts with their keys."""
        return [account.to_dict() for account in self.controls.accounts()]

    def create_account(self, **values: Any) -> Json:
        """Open an account; `id`, `secret_key` and `publishable_key` may be given."""
        return self.controls.create_account(**values).to_dict()

    def create_platform(self, **values: Any) -> Json:
        """Open a platform; `client_id` and `live_client_id` may be given, too."""
        return self.controls.create_platform(**values).to_dict()

    def oauth_approve(self, authorize_url: str, account_id: str) -> Json:
        """Agree on the OAuth page."""
        return {"url": self.controls.oauth_approve(authorize_url, account_id)}

    def oauth_deny(self, authorize_url: str) -> Json:
        """Refuse on the OAuth page."""
        return {"url": self.controls.oauth_deny(authorize_url)}

    def emit_thin(self, **values: Any) -> Json:
        """Queue a thin notification."""
        return _shown(self.controls.emit_thin(**values))

    def restricted_key(
        self, account_id: str, permissions: list[str], livemode: bool | None = None
    ) -> Json:
        """Give an account a restricted key."""
        account = self.controls.account(account_id)
        return {"key": account.restricted_key(permissions, livemode=livemode)}

    def clock(self) -> Json:
        """Say what time it is."""
        return {"now": self.controls.clock.now}

    def advance(self, **duration: int) -> Json:
        """Move time forward."""
        with self.controls.world.lock:
            self.controls.clock.advance(**duration)
            self.controls.world.dirty.set()
        return self.clock()

    def set_clock(self, epoch: int) -> Json:
        """Set the time."""
        with self.controls.world.lock:
            self.controls.clock.set(epoch)
            self.controls.world.dirty.set()
        return self.clock()

    def outbox(self) -> list[Json]:
        """List every delivery."""
        return [_shown(delivery) for delivery in self.controls.outbox]

    def take(self, at: int | None = None) -> list[Json]:
        """Hand over what is pending, signed now or at a moment of the receiver's."""
        taken = self.controls.outbox.take()
        return [{**_shown(d), "headers": d.sign(at)} for d in taken]

    def deliver(self) -> list[Json]:
        """Send everything that is pending, once, in order."""
        return [_shown(delivery) for delivery in self.controls.deliver()]

    def mode(self, mode: str) -> Json:
        """Deliver by itself, or only on order."""
        if mode not in ("auto", "manual"):
            message = "mode is auto or manual"
            raise ControlError(message)
        self.controls.world.outbox.automatic = mode == "auto"
        return {"mode": mode}

    def requests(self, last: str = "200") -> list[Json]:
        """List the last requests to the API."""
        records = self.controls.requests[-int(last) :]
        return [record.to_dict() for record in records]

    def tamper(self, object_id: str, fields: Json) -> Json:
        """Change a stored object."""
        return self.controls.tamper(object_id, **fields)

    def settings(self, **values: Any) -> None:
        """Change what `Settings` names, but for the fees."""
        for name, value in values.items():
            current = getattr(self.controls.settings, name, None)
            if type(current) is not type(value):
                message = f"No such setting, or of another type: {name}"
                raise ControlError(message)
            setattr(self.controls.settings, name, value)

    def reset(self) -> None:
        """Forget everything but the address."""
        self.controls.world.reset()


def _values(request: Request) -> Json:
    if request.method == "GET":
        words = {"true": True, "false": False}
        return {k: words.get(v, v) for k, v in request.args.items()}
    text = request.get_data(as_text=True)
    values = json.loads(text) if text else {}
    if not isinstance(values, dict):
        message = "The body must be a JSON object."
        raise ControlError(message)
    return values


def _call(order: Callable[..., Any], values: Json) -> Any:
    """Call the order with values it knows, of the types it says."""
    inspect.signature(order).bind(**values)
    for name, hint in get_type_hints(order, localns={"Json": dict}).items():
        if name in values and not _fits(values[name], hint):
            message = f"{name} is of the wrong type: {values[name]!r}"
            raise ControlError(message)
    return order(**values)


def _fits(value: Any, hint: Any) -> bool:
    parts = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    kinds = tuple(get_origin(part) or part for part in parts)
    if Any in kinds:
        return True
    if isinstance(value, bool) and bool not in kinds:
        return False
    return isinstance(value, kinds) or (float in kinds and isinstance(value, int))


def _shown(delivery: Delivery) -> Json:
    return {
        "event_id": delivery.event_id,
        "type": delivery.type,
        "url": delivery.url,
        "endpoint_id": delivery.endpoint_id,
        "account": delivery.account,
        "livemode": delivery.livemode,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "last_status": delivery.last_status,
        "body": delivery.body.decode(),
    }


def _json(body: Any, status: int) -> Response:
    return Response(json.dumps(body, indent=2), status, content_type="application/json")
