"""The hosted payment page at `/c/pay/<session>`.

The ids of its fields are stable: browser tests rely on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from werkzeug.utils import redirect

from .. import customer, money
from ..bank_accounts import DEBITS
from ..redirects import REDIRECTS
from ..resources import account
from ..vouchers import VOUCHERS
from . import kit
from .debit_form import debit_fields, debit_hints
from .typed import Mistyped, chosen, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request, Response

    from ..store import Row
    from ..world import World

COUNTRIES = [
    *(("US", "United States"), ("GB", "United Kingdom"), ("CA", "Canada")),
    *(("AU", "Australia"), ("NZ", "New Zealand"), ("IE", "Ireland")),
    *(("AT", "Austria"), ("BE", "Belgium"), ("CH", "Switzerland")),
    *(("DE", "Germany"), ("ES", "Spain"), ("FR", "France"), ("IT", "Italy")),
    *(("JP", "Japan"), ("MX", "Mexico"), ("NL", "Netherlands"), ("PL", "Poland")),
    *(("PT", "Portugal"), ("SE", "Sweden"), ("SG", "Singapore")),
]
NOTHING = Markup("")
HINTS = Markup(
    '<div class="Hints">Test cards, any future date and any code:<br>'
    "<code>4242 4242 4242 4242</code> pays<br>"
    "<code>4000 0025 0000 3155</code> asks for 3-D Secure<br>"
    "<code>4000 0000 0000 0002</code> is declined<br>"
    "<code>4000 0000 0000 9995</code> has insufficient funds</div>"
)


def serve(world: World, request: Request, session_id: str) -> Response:
    """Show the page, or do what was pressed on it."""
    row = world.store.find(session_id)
    if row is None or row.kind != "checkout.session" or row.data["success_url"] is None:
        return kit.notice(
            "Something went wrong",
            "The page you were looking for could not be found. Please check the URL.",
            404,
        )
    if row.data["status"] != "open":
        return _closed(row)
    if request.method == "POST":
        return _pressed(world, row, request.form)
    return _form(world, row, request.args)


def _pressed(world: World, row: Row, typed: Mapping[str, str]) -> Response:
    if choice := typed.get("authentication"):
        outcome = customer.authenticate(world, row, passed=choice == "complete")
        return _after(world, row, outcome, {})
    try:
        form = read(typed, row.data, world.clock.now)
    except Mistyped as mistake:
        return _form(world, row, typed, str(mistake))
    return _after(world, row, customer.submit(world, row, form), typed)


def _after(
    world: World, row: Row, outcome: customer.Outcome, typed: Mapping[str, str]
) -> Response:
    world.dirty.set()
    if outcome.kind == "declined":
        return _form(world, row, typed, outcome.message)
    if outcome.kind == "authenticate":
        return kit.page(*question(world, row))
    if outcome.kind == "closed":
        return _form(world, row, {})
    # Seen only after the payment: https://docs.stripe.com/payments/checkout/custom-success-page
    url = row.data["success_url"].replace("{CHECKOUT_SESSION_ID}", row.id)
    return redirect(url, 303)


def _closed(row: Row) -> Response:
    if row.data["status"] == "complete":
        text = "You already paid here. There is nothing left to do on this page."
        return kit.notice("You're all done", text)
    text = "This link is no longer active. Go back to the seller to start again."
    return kit.notice("This checkout session has expired", text)


def _amount(row: Row) -> str:
    return money.display(row.data["amount_total"], row.data["currency"])


def _form(
    world: World, row: Row, typed: Mapping[str, str], error: str = ""
) -> Response:
    return kit.page(*form(world, row, typed, error))


def form(
    world: World,
    row: Row,
    typed: Mapping[str, str],
    error: str,
    *,
    here: str = "?",
    first: Markup = NOTHING,
) -> tuple[str, Markup]:
    """Return the title and the body of the page where a payment is typed.

    `here` is what its links begin with; `first` stands above the fields.
    """
    seller = str(account.of(world, row.tenant).data["business_profile"]["name"] or "")
    method = chosen(typed, row.data)
    body = Markup(
        '{summary}<section class="Payment">{first}<form method="post" novalidate>'
        "{error}<h2>Contact information</h2>{contact}{methods}<h2>{title}</h2>{fields}"
        '<button class="SubmitButton" type="submit">Pay {amount}</button>'
        "</form>{hints}</section>"
    ).format(
        summary=_summary(row, seller),
        error=kit.error(error),
        first=first,
        contact=_contact(row, typed),
        methods=_methods(row, method, here),
        title=_label(method),
        fields=_fields(row, method, typed),
        amount=_amount(row),
        hints=_hints(method),
    )
    return f"{seller or 'Checkout'} – {_amount(row)}", body


def _summary(row: Row, seller: str) -> Markup:
    item = Markup("<li><div>{}<small>Qty {}</small></div><div>{}</div></li>")
    items = Markup("").join(
        item.format(
            line["description"],
            line["quantity"],
            money.display(line["amount_total"], line["currency"]),
        )
        for line in row.private["line_items"]
    )
    back = NOTHING
    if url := row.data["cancel_url"]:
        back = Markup('<a class="BackLink" href="{}">← Back</a>').format(url)
    return Markup(
        '<section class="Summary">{}<div class="Seller">{}</div>'
        '<div class="Total">{}</div><ul class="Items">{}</ul></section>'
    ).format(back, seller, _amount(row), items)


def _contact(row: Row, typed: Mapping[str, str]) -> Markup:
    known = row.data["customer_email"]
    return kit.field(
        "email",
        "Email",
        known or typed.get("email", ""),
        mode="email",
        complete="email",
        locked=bool(known),
    )


def _methods(row: Row, method: str, here: str) -> Markup:
    """Return the choice of how to pay, and what was chosen."""
    hidden = Markup('<input type="hidden" name="paymentMethod" value="{}">')
    offered = row.data["payment_method_types"]
    if len(offered) < 2:
        return hidden.format(method)
    link = Markup('<a class="Method{}" id="method-{}" href="{}paymentMethod={}">{}</a>')
    links = Markup("").join(
        link.format(
            " Method--chosen" if name == method else "",
            name,
            here,
            name,
            _label(name),
        )
        for name in offered
    )
    nav = Markup('<nav class="Methods" aria-label="Payment method">{}</nav>')
    return nav.format(links) + hidden.format(method)


def _label(method: str) -> str:
    if method in VOUCHERS:
        return VOUCHERS[method].label
    if method in REDIRECTS:
        return REDIRECTS[method].label
    return "Card" if method == "card" else DEBITS[method].label


def _fields(row: Row, method: str, typed: Mapping[str, str]) -> Markup:
    if method in VOUCHERS or method in REDIRECTS:
        return kit.field("billingName", "Full name", typed.get("billingName", ""))
    if method != "card":
        manual = row.data["payment_method_options"].get(method, {})
        waits = manual.get("verification_method") == "automatic"
        return debit_fields(method, typed, waits=waits)
    return _card(row, typed)


def _hints(method: str) -> Markup:
    if method in VOUCHERS:
        return Markup('<div class="Hints">It is paid later, at a counter.</div>')
    if method in REDIRECTS:
        return Markup(
            '<div class="Hints">{} asks you to confirm the payment next.</div>'
        ).format(_label(method))
    return HINTS if method == "card" else debit_hints(method)


def _card(row: Row, typed: Mapping[str, str]) -> Markup:
    def text(name: str, label: str, placeholder: str, complete: str) -> Markup:
        number = name.startswith("card")
        return kit.field(
            name,
            label,
            typed.get(name, ""),
            placeholder=placeholder,
            mode="numeric" if number else "text",
            complete=complete,
        )

    row_of_two = Markup('<div class="Row">{}{}</div>').format(
        text("cardExpiry", "Expiry", "MM / YY", "cc-exp"),
        text("cardCvc", "CVC", "CVC", "cc-csc"),
    )
    fields = [
        text("cardNumber", "Card number", "1234 1234 1234 1234", "cc-number"),
        row_of_two,
        text("billingName", "Name on card", "Full name on card", "cc-name"),
        kit.select(
            "billingCountry",
            "Country",
            COUNTRIES,
            typed.get("billingCountry", "US"),
        ),
    ]
    if row.data["billing_address_collection"] == "required":
        fields.append(text("billingAddressLine1", "Address", "", "address-line1"))
        fields.append(text("billingLocality", "City", "", "address-level2"))
    fields.append(text("billingPostalCode", "Postal code", "", "postal-code"))
    return Markup("").join(fields)


def question(world: World, row: Row) -> tuple[str, Markup]:
    """Return the title and the body of whoever asks: the bank, or who was chosen."""
    method = world.store.find(row.private["authenticating"]["method"])
    kind = "card" if method is None else str(method.data["type"])
    if kind == "card":
        return "3D Secure", _three_d_secure(row)
    return f"{_label(kind)} test payment page", _confirm(row, _label(kind))


def _confirm(row: Row, label: str) -> Markup:
    """Ask as Stripe's test page of a redirect does."""
    body = Markup(
        '<section class="Notice"><h1>{} test payment page</h1>'
        "<p>Someone is asked to confirm a payment of {}.</p>"
        '<form method="post">'
        '<button class="SubmitButton" id="authorize" name="authentication" '
        'value="complete">Authorize Test Payment</button>'
        '<button class="SubmitButton SubmitButton--quiet" id="fail" '
        'name="authentication" value="fail">Fail Test Payment</button></form></section>'
    )
    return body.format(label, _amount(row))


def _three_d_secure(row: Row) -> Markup:
    """Return the bank's question."""
    body = Markup(
        '<section class="Notice"><h1>3D Secure 2 Test Page</h1>'
        "<p>Your bank asks you to confirm a payment of {}.</p>"
        '<form method="post">'
        '<button class="SubmitButton" id="authorize" name="authentication" '
        'value="complete">Complete</button>'
        '<button class="SubmitButton SubmitButton--quiet" id="fail" '
        'name="authentication" value="fail">Fail</button></form></section>'
    )
    return body.format(_amount(row))
