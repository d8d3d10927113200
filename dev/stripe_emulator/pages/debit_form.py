"""The fields of the payment page for those who pay from their bank account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from ..bank_accounts import BANKS, FATES
from . import kit

if TYPE_CHECKING:
    from collections.abc import Mapping

LABELS = {
    "us_bank_account": ("Routing number", "Account number"),
    "bacs_debit": ("Sort code", "Account number"),
    "sepa_debit": ("", "IBAN"),
}
VERIFY = Markup(
    '<label class="Field" for="verifyLater"><span>Verify by micro-deposit</span>'
    '<input id="verifyLater" name="verifyLater" type="checkbox" '
    'value="descriptor_code"></label>'
)


def debit_fields(method: str, typed: Mapping[str, str], *, waits: bool) -> Markup:
    """Return where to type a bank account; one may be verified days later."""
    bank, number = LABELS[method]
    fields = [("billingName", "Name on account")]
    if bank:
        fields.append(("bankCode", bank))
    fields.append(("bankAccount", number))
    shown = [kit.field(name, label, typed.get(name, "")) for name, label in fields]
    if waits:
        shown.append(VERIFY)
    return Markup("").join(shown)


def debit_hints(method: str) -> Markup:
    """Return the test accounts, and what each of them does."""
    line = Markup("<br><code>{}</code> {}")
    lines = Markup("").join(
        line.format(number, _does(fate.failure, fate.disputed, fate.endless))
        for number, fate in FATES[method].items()
    )
    bank = BANKS.get(method)
    at = Markup(" at <code>{}</code>").format(bank) if bank else ""
    return Markup('<div class="Hints">Test accounts{}:{}</div>').format(at, lines)


def _does(failure: str | None, disputed: bool, endless: bool) -> str:
    if failure:
        return f"fails: {failure.replace('_', ' ')}"
    if endless:
        return "stays processing"
    return "pays, and is disputed" if disputed else "pays"
