"""The demo company. Run inside `odoo shell`, where `env` is; knows nothing of the lab.

Only `env[...]` is used: this file never imports the addon.
"""

import json
import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

Env = Any
Record = Any

COMPANY = {
    "name": "Hill Street Books",
    "street": "12 Hill Street",
    "city": "Portland",
    "zip": "97205",
    "phone": "+1 503 555 0112",
    "email": "hello@hillstreetbooks.example",
    "website": "https://hillstreetbooks.example",
}
USERS = (
    ("accountant", "Ada Counts", "account.group_account_manager"),
    ("clerk", "Carl Writes", "account.group_account_invoice"),
)
CUSTOMERS = {
    "Alder School": ("office@alderschool.example", "4 School Lane", "base.us"),
    "Birch & Sons": ("ap@birchandsons.example", "70 Mill Road", "base.us"),
    "Cedar Library": ("purchasing@cedarlibrary.example", "1 Library Square", "base.us"),
    "Dogwood Café": ("dora@dogwoodcafe.example", "23 Market Street", "base.us"),
    "Elm Reading Club": ("club@elmreading.example", "9 Elm Street", "base.us"),
    "Fichte Verlag": ("einkauf@fichte-verlag.example", "Waldweg 8, Berlin", "base.de"),
    "Gum Tree Press": ("mail@gumtreepress.example", "15 Ferry Street", "base.us"),
}
EURO_RATE = 0.92
# The companies that the addon's tests look for.
STAGE = "Company of the tests"
NEIGHBOUR = "Another company of the tests"


@dataclass(frozen=True)
class Sale:
    """An invoice to make: to whom, when, for what, and what became of it."""

    customer: str
    days_ago: int
    days_to_pay: int
    lines: tuple[tuple[str, int, float], ...]
    state: str
    currency: str = "USD"


SALES = (
    Sale("Alder School", 40, 30, (("Class set, geography", 24, 18.50),), "paid"),
    Sale("Birch & Sons", 20, 30, (("Trade almanacs", 10, 32.00),), "partly paid"),
    Sale(
        "Cedar Library",
        5,
        30,
        (("Novels, hardcover", 12, 24.00), ("Delivery", 1, 15.00)),
        "open",
    ),
    Sale("Dogwood Café", 50, 15, (("Cookbooks for the counter", 6, 29.90),), "overdue"),
    Sale("Elm Reading Club", 0, 15, (("Book of the month", 18, 14.00),), "draft"),
    Sale("Fichte Verlag", 3, 30, (("Facsimile prints", 4, 120.00),), "open", "EUR"),
)


def make_company(env: Env) -> None:
    """Make the company with its people, customers and invoices."""
    company = env.ref("base.main_company")
    _furnish(env, company)
    _hire(env, company)
    customers = {name: _customer(env, name) for name in CUSTOMERS}
    for sale in SALES:
        _sell(env, company, customers[sale.customer], sale)


def make_stage(env: Env) -> None:
    """Make the companies that Odoo's test case would make for classes of tests."""
    charts = env["account.chart.template"]
    for company in env["res.company"].create([{"name": STAGE}, {"name": NEIGHBOUR}]):
        chart = charts._guess_chart_template(company.country_id)
        charts.try_loading(chart, company=company, install_demo=False)
        if not company.account_fiscal_country_id:
            company.account_fiscal_country_id = env.ref("base.us")


def warm_up(env: Env) -> None:
    """Make the style sheets and scripts that each copy of a database would make."""
    tell("Odoo bundles its scripts and style sheets")
    env["ir.qweb"]._pregenerate_assets_bundles()


def blank(env: Env, bundle: str, path: str) -> None:
    """Take files out of a bundle."""
    env["ir.asset"].create(
        {"name": path, "bundle": bundle, "directive": "remove", "path": path}
    )


def tell(text: str) -> None:
    """Say how far it is; the lab shows lines that begin like this."""
    print(f"seed: {text}", flush=True)


def open_for_business(env: Env) -> None:
    """Tell the company its address on the web, connect Stripe, report what to try.

    Run again when the address or the addon has changed.
    """
    parameters = env["ir.config_parameter"]
    parameters.set_param("web.base.url", os.environ["KASH_LAB_URL"])
    parameters.set_param("web.base.url.freeze", "True")
    connect_stripe(
        env, os.environ["KASH_LAB_SECRET_KEY"], os.environ["KASH_LAB_PUBLISHABLE_KEY"]
    )
    report(env)


def report(env: Env) -> None:
    """Write down an invoice to pay, and what else there is to try."""
    invoice = _unpaid_invoice(env) or _sell_again(env)
    invoice.action_kash_stripe_create_link()
    things = {"invoice": invoice.id, "things_to_try": things_to_try(invoice)}
    Path(os.environ["KASH_LAB_REPORT"]).write_text(json.dumps(things, indent=2))


def connect_stripe(env: Env, secret_key: str, publishable_key: str) -> None:
    """Connect the demo company to the emulator's account, as its own form does."""
    company = env.ref("base.main_company")
    others = company.kash_stripe_account_id.filtered(
        lambda account: account.connection != "keys"
    )
    if others:
        return  # somebody tried another way to connect: that is what the demo is for
    wizards = env["kash.stripe.connect.wizard"].with_user(env.ref("base.user_admin"))
    wizard = wizards.create(
        {
            "company_id": company.id,
            "way": "keys",
            "secret_key": secret_key,
            "publishable_key": publishable_key,
        }
    )
    wizard.action_connect()
    if wizard.error:
        raise RuntimeError(wizard.error)


def things_to_try(invoice: Record) -> list[dict[str, str]]:
    """Say what is worth a look: a sentence and a path below Odoo's address each."""
    return [
        {
            "text": f"pay {invoice.name} as {invoice.partner_id.name} would"
            " (card 4242 4242 4242 4242)",
            "path": f"/kash/pay/{invoice.kash_stripe_link_ids[:1].token}",
        },
        {
            "text": "watch it turn paid, as the accountant",
            "path": f"/odoo/customer-invoices/{invoice.id}",
        },
        {
            "text": "see what the connection shows, and Stripe's rows",
            "path": "/odoo/action-kash_stripe_connect.kash_stripe_account_action",
        },
    ]


def _today() -> date:
    """Return the day Odoo itself calls today."""
    return datetime.now(timezone.utc).date()


def _unpaid_invoice(env: Env) -> Record:
    """Return the first posted, unpaid invoice in the company's currency."""
    company = env.ref("base.main_company")
    return env["account.move"].search(
        [
            ("company_id", "=", company.id),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "=", "not_paid"),
            ("currency_id", "=", company.currency_id.id),
        ],
        order="id",
        limit=1,
    )


def _sell_again(env: Env) -> Record:
    """Make an invoice to pay when the demo's own have all been paid."""
    company = env.ref("base.main_company")
    sale = next(sale for sale in SALES if sale.state == "open")
    customer = env["res.partner"].search([("name", "=", sale.customer)], limit=1)
    return _sell(env, company, customer, sale)


def _furnish(env: Env, company: Record) -> None:
    """Give the company its name, its country, its books and a rate for the euro."""
    country = env.ref("base.us")
    state = country.state_ids.filtered(lambda state: state.code == "OR")
    company.write({**COMPANY, "country_id": country.id, "state_id": state.id})
    env["account.chart.template"].try_loading("generic_coa", company)
    euro = env.ref("base.EUR")
    euro.active = True
    start = _today().replace(month=1, day=1) - timedelta(days=365)
    env["res.currency.rate"].create(
        {
            "currency_id": euro.id,
            "company_id": company.id,
            "name": start,
            "rate": EURO_RATE,
        }
    )


def _hire(env: Env, company: Record) -> None:
    """Make the logins: the administrator's is there already."""
    env.ref("base.user_admin").write({"email": "admin@hillstreetbooks.example"})
    users = env["res.users"].with_context(no_reset_password=True)
    for login, name, group in USERS:
        users.create(
            {
                "login": login,
                "password": login,
                "name": name,
                "email": f"{login}@hillstreetbooks.example",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(6, 0, [env.ref(group).id])],
            }
        )


def _customer(env: Env, name: str) -> Record:
    """Make a customer."""
    email, street, country = CUSTOMERS[name]
    return env["res.partner"].create(
        {
            "name": name,
            "is_company": True,
            "email": email,
            "street": street,
            "country_id": env.ref(country).id,
        }
    )


def _sell(env: Env, company: Record, customer: Record, sale: Sale) -> Record:
    """Make an invoice and bring it into its state."""
    tell(f"an invoice for {sale.customer}")
    day = _today() - timedelta(days=sale.days_ago)
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "company_id": company.id,
            "partner_id": customer.id,
            "invoice_date": day,
            "invoice_date_due": day + timedelta(days=sale.days_to_pay),
            "currency_id": env.ref(f"base.{sale.currency}").id,
            "invoice_line_ids": [
                (0, 0, {"name": name, "quantity": quantity, "price_unit": price})
                for name, quantity, price in sale.lines
            ],
        }
    )
    if sale.state == "draft":
        return invoice
    invoice.action_post()
    if sale.state == "paid":
        _receive(env, invoice, invoice.amount_residual, day)
    if sale.state == "partly paid":
        _receive(env, invoice, round(invoice.amount_residual / 2, 2), day)
    return invoice


def _receive(env: Env, invoice: Record, amount: float, day: date) -> None:
    """Record money that came by the bank, long before Stripe."""
    register = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", invoice.company_id.id)], limit=1
    )
    register.create(
        {"amount": amount, "payment_date": day, "journal_id": journal.id}
    )._create_payments()
