# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from dataclasses import dataclass

from odoo import Command, api, models

from ...core import double_entry, split
from ..base.currencies import amount_of, units_of
from .entry import BookingError


@dataclass(frozen=True)
class Place:
    """Where income stands; what takes it back goes there, whatever is set by then."""

    account_id: int
    tax_ids: tuple = ()
    partner_id: int | bool = False
    # (repartition line, 0 for the base; distribution as JSON); none: by Odoo's rules
    analytics: tuple = ()


@dataclass(frozen=True)
class Declared:
    """What a row declares: smallest units of the company's currency, sales positive."""

    place: Place
    base: int
    taxes: dict  # {repartition line of invoices: units}
    exchange: int = 0

    @property
    def total(self):
        """Return what the customer paid of it."""
        return self.base + sum(self.taxes.values())


class KashStripeBookingIncome(models.AbstractModel):
    """Income taken elsewhere, and what takes it back as it was declared."""

    _name = "kash.stripe.booking.income"
    _inherit = [
        "kash.stripe.booking.worth",
        "kash.stripe.booking.tax",
        "kash.stripe.booking.entry",
        "kash.stripe.matching",
    ]
    _description = "Stripe Booking: Income Taken Elsewhere"

    @api.model
    def _declare_income(self, account, company, groups, plan):
        """Return what the rows of a plan declare, and the lines of each entry to be.

        :param groups: the rows of each entry
        :return: ({row: Declared}, [[(vals, the rows summed in this line)]])
        """
        declared, lines, taking = {}, [], []
        for rows in groups:
            income = rows.filtered(lambda row: plan.roles[row] == "income")
            backs = income.filtered(lambda row: row._undoes())
            found, made = self._declare_sales(company, income - backs)
            declared |= found
            lines.append(made)
            taking.append(backs)
        declared |= self._declare_backs(
            account, company, groups[0].browse().concat(*taking), plan, declared
        )
        for made, backs in zip(lines, taking, strict=True):
            made.extend(self._back_lines(company, backs, declared))
        return declared, [
            [(vals, rows) for vals, rows in made if vals["balance"]] for made in lines
        ]

    @api.model
    def _keep_income(self, moves, lines, declared):
        """Let each row know what it declared, and in which line.

        :param lines: as :meth:`_declare_income` returned them: first in their entries
        """
        for move, made in zip(moves, lines, strict=True):
            own = move.line_ids.sorted("id")[: len(made)]
            for line, (_vals, rows) in zip(own, made, strict=True):
                rows.write({"income_line_id": line.id})
        for row, facts in declared.items():
            currency = row.company_id.currency_id
            row.write(
                {
                    "income_base": amount_of(currency, facts.base),
                    "income_taxes": {
                        str(part): amount_of(currency, units)
                        for part, units in facts.taxes.items()
                    },
                }
            )

    # === SALES === #

    @api.model
    def _declare_sales(self, company, rows):
        """Return ({row: Declared}, lines) of an entry's sales.

        The tax is that of their sum; its cents are spread over them once.
        """
        currency = company.currency_id
        worths = [self._worth(row, company, row.amount) for row in rows]
        if not sum(worths):
            return {}, []
        base, *taxes = self._sale_lines(company, self._day_label(rows), -sum(worths))
        weights = [units_of(currency, worth) for worth in worths]
        shares = {
            vals["tax_repartition_line_id"]: split.by_remainder(
                -units_of(currency, vals["balance"]), weights
            )
            for vals in taxes
        }
        place = Place(base["account_id"], tuple(company.kash_stripe_income_tax_id.ids))
        declared = {}
        for index, (row, weight) in enumerate(zip(rows, weights, strict=True)):
            parts = {part: units[index] for part, units in shares.items()}
            declared[row] = Declared(place, weight - sum(parts.values()), parts)
        return declared, [(base, rows), *((vals, rows.browse()) for vals in taxes)]

    @api.model
    def _sale_lines(self, company, label, worth):
        """Return the vals of income taken elsewhere, its sales tax split off.

        :param worth: the lines' sum, a credit negative (Decimal, company currency)
        """
        company = company.sudo()
        base = {"name": label, "account_id": self._income_account(company).id}
        tax = company.kash_stripe_income_tax_id
        if not tax:
            return [{**base, "balance": float(worth)}]
        return self._taxed_lines(base, float(worth), tax, company, included=True)

    @api.model
    def _income_account(self, company):
        account = company.sudo().kash_stripe_income_account_id
        if not account:
            raise BookingError(
                self.env._("Choose the income account for payments taken elsewhere.")
            )
        return account

    # === WHAT TAKES THEM BACK === #

    @api.model
    def _taken_back_by(self, row, before):
        """Return the one row that ``row`` takes back.

        :param before: the earlier rows of its document, of the opposite sign
        """
        same = before.filtered(lambda other: other.source_id == row.source_id)
        paid = before.filtered(lambda other: other.type in double_entry.CHARGE_TYPES)
        return (same | paid | before)[:1]

    @api.model
    def _declare_backs(self, account, company, rows, plan, declared):
        """Return {row: Declared} of rows that take income back, the earliest first.

        :param declared: what the sales of the same plan declare
        """
        refs = rows.mapped("document_ref")
        documents = rows.search(
            [("account_id", "=", account.id), ("document_ref", "in", refs)]
        ).grouped("document_ref")
        known, found = {}, {}
        for siblings in documents.values():
            known |= self._stored_income(company, siblings)
        known |= declared
        lost = self._stored_losses(account, company, refs)
        for row in rows.sorted(lambda r: (r.created_at, r._undo_rank(), r.id)):
            target = self._taken_back_by(row, plan.undone[row])
            others = self._peers(target, documents[row.document_ref])
            peers = {other: known[other] for other in others if other in known}
            if target.type in double_entry.CHARGE_TYPES:
                peers |= lost.get(row.document_ref, {})
            worth = units_of(company.currency_id, self._worth(row, company, row.amount))
            found[row] = self._take_back(row, target, known[target], peers, worth)
            known[row] = found[row]
        return found

    @api.model
    def _peers(self, target, siblings):
        """Return the rows of a document that took some of a target, or gave it back."""
        if target.type in double_entry.CHARGE_TYPES:
            return siblings - target
        same = siblings.filtered(lambda row: row.source_id == target.source_id)
        return same - target

    @api.model
    def _take_back(self, fact, target, of, peers, worth):
        """Return what is taken back: the fact's share, in the charge's own currency.

        :param fact: a row or a movement
        :param target: the row that is taken back
        :param of: what that declared
        :param peers: {other fact that took some of it, or gave it back: Declared}
        :param worth: what the fact moves (units)
        """
        sign = 1 if target.amount > 0 else -1
        before = -sign * sum(other._own_minor() for other in peers)

        def part(total, done):
            return -sign * split.next_part(
                sign * total,
                -sign * sum(done),
                own=abs(fact._own_minor()),
                before=before,
                whole=abs(target._own_minor()),
            )

        total = part(of.total, [facts.total for facts in peers.values()])
        taxes = {
            tax: part(units, [facts.taxes.get(tax, 0) for facts in peers.values()])
            for tax, units in of.taxes.items()
        }
        # What conversion made of it is no income and bears no tax.
        return Declared(of.place, total - sum(taxes.values()), taxes, worth - total)

    @api.model
    def _stored_income(self, company, rows):
        """Return {row: Declared} of the rows of a document that are income by now."""
        return {
            row: self._stored(company, row, rows)
            for row in rows
            if row.state == "booked" and row._has_income()
        }

    @api.model
    def _stored(self, company, fact, siblings):
        """Return what a row or a movement declared, as it keeps it."""
        currency = company.currency_id
        return Declared(
            self._place_of_income(company, fact, siblings),
            units_of(currency, fact.income_base),
            {
                int(part): units_of(currency, amount)
                for part, amount in (fact.income_taxes or {}).items()
            },
        )

    @api.model
    def _stored_losses(self, account, company, refs):
        """Return {charge: {movement that took income back, or gave it: Declared}}."""
        found = self.env["kash.stripe.movement"].search(
            [
                ("account_id", "=", account.id),
                ("state", "=", "booked"),
                ("charge_ref", "in", [ref for ref in refs if ref]),
            ]
        )
        return {
            ref: {m: self._stored(company, m, m) for m in group if m._has_income()}
            for ref, group in found.grouped("charge_ref").items()
        }

    @api.model
    def _place_of_income(self, company, row, siblings):
        """Return where a row's income stands, wherever a person moved it.

        Its line may be of nothing, or removed: those of its document are the same.
        """
        line = (row.income_line_id or siblings.income_line_id)[:1]
        if not line:
            parts = self._tax_parts(row.income_taxes or {})
            account = self._income_account(company)
            return Place(account.id, tuple(parts.tax_id.ids))
        taxes = line.move_id.line_ids.filtered("tax_repartition_line_id")
        return Place(
            line.account_id.id,
            tuple(line.tax_ids.ids),
            line.partner_id.id,
            (
                (0, json.dumps(line.analytic_distribution)),
                *(
                    (tax.tax_repartition_line_id.id, json.dumps(distribution))
                    for tax in taxes
                    if (distribution := tax.analytic_distribution)
                ),
            ),
        )

    @api.model
    def _tax_parts(self, ids):
        return self.env["account.tax.repartition.line"].browse(map(int, ids))

    # === THEIR LINES === #

    @api.model
    def _back_lines(self, company, rows, declared):
        """Return the lines of what takes income back: none is netted with another."""
        lines = []
        for (place, _gives), group in rows.grouped(
            lambda row: (declared[row].place, row.amount > 0)
        ).items():
            facts = [declared[row] for row in group]
            base, *taxes = self._back_lines_of(company, place, group, facts)
            lines += [(base, group), *((vals, rows.browse()) for vals in taxes)]
        for sign in (1, -1):
            parts = [sign * declared[row].exchange for row in rows]
            difference = sign * sum(part for part in parts if part > 0)
            if difference:
                vals = self._exchange_vals(company, rows, difference)
                lines.append((vals, rows.browse()))
        return lines

    @api.model
    def _back_lines_of(self, company, place, rows, facts):
        """Return the vals of rows whose income stood in one place, the base first.

        :param facts: what each of them takes back (list of Declared)
        """
        currency = company.currency_id
        parts = {part for one in facts for part in one.taxes}
        taxes = self.env["account.tax"].browse(place.tax_ids).flatten_taxes_hierarchy()
        taxes |= self._tax_parts(parts).tax_id
        found = taxes.compute_all(1.0, currency=currency, is_refund=True)
        base = {
            "name": self.env._("%(stripe)s: taken back", stripe=self._day_label(rows)),
            "account_id": place.account_id,
            "partner_id": place.partner_id,
            "balance": -amount_of(currency, sum(one.base for one in facts)),
            "tax_ids": [Command.set(place.tax_ids)],
            "tax_tag_ids": [Command.set(found["base_tags"] if taxes else [])],
            **_analytics(place, 0),
        }
        lines = [base]
        back = {part["tax_repartition_line_id"]: part for part in found["taxes"]}
        for part, refund in _refund_parts(taxes):
            units = sum(one.taxes.get(part.id, 0) for one in facts)
            if units:
                balance = -amount_of(currency, units)
                vals = self._tax_line(base, back[refund.id], balance)
                lines.append(vals | _analytics(place, part.id, refund.id))
        return lines

    @api.model
    def _exchange_vals(self, company, rows, difference):
        """Return the vals of what conversion added.

        :param difference: units; a gain positive
        :raises BookingError: the company has no account for it
        """
        balance = -amount_of(company.currency_id, difference)
        return {
            "name": self.env._(
                "%(stripe)s: exchange difference", stripe=self._day_label(rows)
            ),
            "account_id": self._exchange_account(company, balance).id,
            "balance": balance,
        }

    # === TAX LOCK === #

    @api.model
    def _taxed_income(self, account, company, rows):
        """Return the rows that declare income with tax, or take such income back."""
        company = company.sudo()
        receipts = rows.filtered(lambda row: row._may_be_income())
        now = company.kash_stripe_receipts == "income" and bool(
            company.kash_stripe_income_tax_id
        )
        backs = receipts.filtered(lambda row: row._undoes())
        undone = self._undone_rows(account, backs) if backs else {}
        return receipts.filtered(lambda row: self._is_taxed(row, undone, now))

    @api.model
    def _is_taxed(self, row, undone, now):
        """Tell whether a receipt, or what takes it back, goes with a tax.

        :param undone: {row: the earlier ones it takes back}
        :param now: whether a sale recorded now has a tax
        """
        if row.state == "booked":
            taxes = row.income_taxes or row.income_line_id.tax_ids
            return row._has_income() and bool(taxes)
        if not row._undoes():
            return now
        before = undone.get(row)
        if not before or before.transaction_id:
            return False
        return self._is_taxed(self._taken_back_by(row, before), undone, now)


def _refund_parts(taxes):
    """Yield (repartition line of invoices, of refunds) of each tax.

    Odoo keeps them in the same order: that is how it reverses an invoice, too.
    """
    for tax in taxes:
        sides = [
            side.filtered(lambda part: part.repartition_type == "tax").sorted(
                lambda part: (part.sequence, part.id)
            )
            for side in (
                tax.invoice_repartition_line_ids,
                tax.refund_repartition_line_ids,
            )
        ]
        yield from zip(*sides, strict=True)


def _analytics(place, *parts):
    """Return the distribution of the line that is taken back, where it is known."""
    if not place.analytics:
        return {}
    known = dict(place.analytics)
    found = [json.loads(known[part]) for part in parts if part in known]
    return {"analytic_distribution": found[0] if found else False}
