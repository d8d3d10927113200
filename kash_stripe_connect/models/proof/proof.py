# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date

from ...core import proof
from ..base.currencies import currency_by_code
from ..base.minor_units import MinorUnits, minor_text
from ..base.records import check_one, replace_if_changed

COLOURS = [
    ("green", "No difference"),
    ("amber", "All differences named"),
    ("red", "Unexplained difference"),
    ("unknown", "Not compared"),
]


class KashStripeProof(models.Model):
    """One day, one currency: Stripe, our mirror, the ledger, and what is between."""

    _name = "kash.stripe.proof"
    _description = "Stripe Proof"
    _inherit = [
        "kash.stripe.of.account",
        "kash.stripe.proof.export",
    ]
    _order = "day desc, currency_code, id desc"

    day = fields.Date(required=True, readonly=True, help="At the end of this day.")
    currency_code = fields.Char(required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    stripe_minor = MinorUnits("Stripe (minor units)", readonly=True)
    mirror_minor = MinorUnits("Rows (minor units)", readonly=True)
    ledger_minor = MinorUnits("Ledger (minor units)", readonly=True)
    unexplained_mirror = MinorUnits("Unexplained At Stripe", readonly=True)
    unexplained_books = MinorUnits("Unexplained In The Books", readonly=True)
    stripe_text = fields.Char("Stripe's Balance", compute="_compute_texts")
    mirror_text = fields.Char("Stripe's Rows", compute="_compute_texts")
    ledger_text = fields.Char("Stripe Clearing", compute="_compute_texts")
    difference_text = fields.Char("Difference", compute="_compute_texts")
    unexplained_text = fields.Char("Unexplained", compute="_compute_texts")
    compared = fields.Boolean(
        readonly=True, help="Stripe's balance was read with all of its rows."
    )
    colour = fields.Selection(COLOURS, "Result", required=True, readonly=True)
    balance_at = fields.Datetime("Stripe Asked On", readonly=True)
    computed_at = fields.Datetime("Proved On", readonly=True)
    line_ids = fields.One2many("kash.stripe.proof.line", "proof_id", readonly=True)
    difference_ids = fields.One2many(
        "kash.stripe.proof.line",
        "proof_id",
        "Differences",
        domain=[("step", "in", ["mirror", "books"])],
        readonly=True,
    )
    beside_ids = fields.One2many(
        "kash.stripe.proof.line",
        "proof_id",
        "Beside It",
        domain=[("step", "=", "beside")],
        readonly=True,
    )
    bridge = fields.Html(compute="_compute_bridge", sanitize=False)

    _day_unique = models.UniqueIndex("(account_id, currency_code, day)")

    # === COMPUTE METHODS === #

    @api.depends("day", "account_id", "currency_code")
    def _compute_display_name(self):
        for record in self:
            record.display_name = self.env._(
                "Proof of %(day)s, %(currency)s",
                day=format_date(self.env, record.day),
                currency=record.currency_code and record.currency_code.upper(),
            )

    @api.depends("stripe_minor", "mirror_minor", "ledger_minor", "compared")
    def _compute_texts(self):
        for record in self:
            top = record.stripe_minor if record.compared else record.mirror_minor
            record.stripe_text = (
                record._text_of(top) if record.compared else self.env._("not compared")
            )
            record.mirror_text = record._text_of(record.mirror_minor)
            record.ledger_text = record._text_of(record.ledger_minor)
            record.difference_text = record._text_of(top - record.ledger_minor)
            record.unexplained_text = record._text_of(
                record.unexplained_mirror + record.unexplained_books
            )

    @api.depends("line_ids.amount", "unexplained_mirror", "unexplained_books")
    def _compute_bridge(self):
        for record in self:
            record.bridge = self.env["ir.qweb"]._render(
                "kash_stripe_connect.proof_bridge", {"proof": record}
            )

    def _text_of(self, minor):
        """Return an amount (minor units) as people write it."""
        self.ensure_one()
        return minor_text(minor, self.currency_code, self.currency_id)

    def _parts(self, step):
        """Return [(name, count, minor units)] of a step, by kind."""
        self.ensure_one()
        labels = self._kind_labels()
        lines = self.line_ids.filtered(lambda line: line.step == step)
        return [
            (labels[kind], len(group), sum(group.mapped("amount")))
            for kind, group in lines.grouped("kind").items()
        ]

    def _kind_labels(self):
        kinds = self.env["kash.stripe.proof.line"]._fields["kind"]
        return dict(kinds._description_selection(self.env))

    # === ACTION METHODS === #

    def action_prove_again(self):
        """Compute the day anew, with what Stripe says now."""
        check_one(self)
        self.account_id._check_may_manage()
        account = self.sudo().account_id
        account._pull_balance_for_proof()
        self.sudo()._prove(account, [self.day])
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_print(self):
        """Open the page that prints, or saves as PDF."""
        check_one(self)
        return self._page_action("")

    def action_export(self):
        """Download the proof as a spreadsheet."""
        check_one(self)
        return self._page_action("/xlsx")

    def _page_action(self, part):
        return {
            "type": "ir.actions.act_url",
            "url": f"/kash/proof/{self.id}{part}",
            "target": "download" if part else "new",
        }

    # === PROVE === #

    @api.model
    def _prove(self, account, days):
        """Compute and store the proofs of ``days``; return them, one a currency.

        Stripe's balance counts only when it was read with all of its rows.
        """
        proofs = self.browse()
        account._apply_openings_found()
        for day in days:
            found = self.env["kash.stripe.proof.finder"]._find(account, day)
            for code, (figures, lines) in found.items():
                proofs |= self._store(account, day, code, figures, lines)
        return proofs

    @api.model
    def _store(self, account, day, code, figures, lines):
        vals = self._prepare_vals(account, figures, lines)
        stored = self.search(
            [
                ("account_id", "=", account.id),
                ("currency_code", "=", code),
                ("day", "=", day),
            ]
        )
        if stored:
            stored.write(vals)
        else:
            stored = self.create(
                {
                    "account_id": account.id,
                    "company_id": account.company_id.id,
                    "day": day,
                    "currency_code": code,
                    "currency_id": currency_by_code(self.env, code).id,
                    **vals,
                }
            )
        replace_if_changed(
            stored.line_ids, [{"proof_id": stored.id, **line} for line in lines]
        )
        return stored

    @api.model
    def _prepare_vals(self, account, figures, lines):
        named = [
            proof.Named(line["step"], line["kind"], line["amount"])
            for line in lines
            if line["step"] != "beside"
        ]
        at_stripe, in_books = proof.unexplained(figures, named)
        colour = proof.colour(figures, named)
        if not account.balance_agreed:
            at_stripe, colour = 0, "red" if in_books else "unknown"
        return {
            "stripe_minor": figures.stripe,
            "mirror_minor": figures.mirror,
            "ledger_minor": figures.ledger,
            "compared": account.balance_agreed,
            "unexplained_mirror": at_stripe,
            "unexplained_books": in_books,
            "colour": colour,
            "balance_at": account.stripe_balance_at,
            "computed_at": fields.Datetime.now(),
        }
