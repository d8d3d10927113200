# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import config

from ...core import urls


class KashStripeWhereabouts(models.AbstractModel):
    """Which database and address an account is connected at, and was before.

    Another database uuid (Odoo gives one to each duplicate, and to what is restored
    from a backup) asks a person: moved here, or a copy? Another address only asks
    where Stripe shall send its news; nothing stops for it.
    """

    _name = "kash.stripe.whereabouts"
    _description = "Stripe Whereabouts"

    database_uuid = fields.Char(readonly=True)
    former_uuids = fields.Json(
        "Known As Before",
        readonly=True,
        help="What this database was called when it stood elsewhere.",
    )
    claimed_uuid = fields.Char(
        readonly=True, help="The database that says at Stripe to be this one, moved."
    )
    in_doubt = fields.Boolean(compute="_compute_whereabouts")
    doubt_text = fields.Char(compute="_compute_whereabouts")

    endpoint_url = fields.Char(
        "Stripe Notifies", readonly=True, copy=False, help="As Stripe said last."
    )
    kept_base_url = fields.Char(
        readonly=True,
        copy=False,
        help="The other address of this Odoo for which a person left it as it is.",
    )
    rings_elsewhere = fields.Boolean(compute="_compute_whereabouts")
    address_text = fields.Char(compute="_compute_whereabouts")

    # === COMPUTE METHODS === #

    @api.depends(
        "connected",
        "accounts_api",
        "database_uuid",
        "claimed_uuid",
        "webhook_endpoint",
        "endpoint_url",
        "kept_base_url",
    )
    @api.depends_context("lang")
    def _compute_whereabouts(self):
        for account in self:
            asked = account.connected or account.accounts_api
            account.in_doubt = asked and account._is_in_doubt()
            account.doubt_text = account.in_doubt and account._doubt_sentence()
            account.rings_elsewhere = account._rings_elsewhere()
            account.address_text = (
                account.rings_elsewhere and account._address_sentence()
            )

    # === DATABASE === #

    @api.model
    def _database_uuid(self):
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    def _known_uuids(self):
        """Return every uuid that the database was connected under."""
        self.ensure_one()
        known = {self.database_uuid, self.claimed_uuid, *(self.former_uuids or ())}
        return known - {False}

    def _prepare_home(self):
        """Return what makes this database the account's, and keeps what it was."""
        self.ensure_one()
        uuid = self._database_uuid()
        return {
            "database_uuid": uuid,
            "former_uuids": sorted(self._known_uuids() - {uuid}),
            "claimed_uuid": False,
        }

    def _is_in_doubt(self):
        """Tell whether this may be a copy of the database that was connected."""
        self.ensure_one()
        return bool(self.claimed_uuid) or self.database_uuid != self._database_uuid()

    @api.model
    def _sure_domain(self):
        """Return the domain of accounts that certainly are this database's."""
        return [
            ("connected", "=", True),
            ("database_uuid", "=", self._database_uuid()),
            ("claimed_uuid", "=", False),
        ]

    def _doubt_sentence(self):
        self.ensure_one()
        if self.claimed_uuid:
            return self.env._(
                "Another database says that it is this one, moved: then this is a copy."
                " Until somebody says which it is, it does not talk to Stripe, and"
                " payment links do not work."
            )
        return self.env._(
            "Stripe was connected in another database: this one was moved here, or is a"
            " copy. Until somebody says which it is, it does not talk to Stripe, and"
            " payment links do not work."
        )

    # === ADDRESS === #

    def _rings_elsewhere(self):
        """Tell whether Stripe notifies another address, and nobody wanted that."""
        self.ensure_one()
        here = self.get_base_url()
        return self._endpoint_is_elsewhere() and self.kept_base_url != here

    def _endpoint_is_elsewhere(self):
        """Tell whether the endpoint stands at another address than this Odoo has now.

        Odoo writes ``web.base.url`` anew whenever an administrator logs in, unless it
        is frozen: odoo/addons/base/models/res_users.py, ``authenticate``.
        """
        self.ensure_one()
        if not (self.webhook_endpoint and self.endpoint_url):
            return False
        return not urls.same_host(self.endpoint_url, self.get_base_url())

    def _address_sentence(self):
        self.ensure_one()
        there = urlsplit(self.endpoint_url)
        return self.env._(
            "Stripe notifies %(there)s, but this Odoo is called %(here)s now. Payments"
            " go on; what is new at %(there)s reaches this Odoo within the hour.",
            there=f"{there.scheme}://{there.netloc}",
            here=self.get_base_url(),
        )

    # === PROXY === #

    @api.model
    def _is_behind_unknown_proxy(self):
        """Tell whether somebody stands before Odoo whom the operator did not declare.

        Odoo itself speaks no https: whoever does passes requests on.
        """
        by_https = urls.is_public_https(self.get_base_url())
        return by_https and not config["proxy_mode"]

    # === BANNER === #

    @api.model
    def _proxy_banners(self):
        """Return what the operator has to mend, for who can: those of the server."""
        mends = self.env.user.has_group("base.group_system")
        if not mends or not self._is_behind_unknown_proxy():
            return []
        mine = [
            ("connected", "=", True),
            ("company_id", "parent_of", self.env.user.company_ids.ids),
        ]
        accounts = self.sudo().search(mine, limit=1)
        return [account._prepare_proxy_banner() for account in accounts]

    def _prepare_proxy_banner(self):
        self.ensure_one()
        return {
            "id": self.id,
            "key": "proxy",
            "level": "warning",
            "text": self.env._(
                "Odoo is reached through a proxy that it was not told about, and takes"
                " all customers for one. Pay pages are limited for each payment link"
                " only. Set proxy_mode = True in Odoo's configuration file."
            ),
            "link": self.env._("See what to do"),
        }

    @api.model
    def _whereabouts_domain(self):
        """Return the domain of connected accounts that may have something to ask."""
        here = self.get_base_url()
        doubt = Domain("database_uuid", "!=", self._database_uuid())
        doubt |= Domain("claimed_uuid", "!=", False)
        rings = Domain("webhook_endpoint", "!=", False)
        rings &= Domain("endpoint_url", "!=", False)
        # Hosts are compared by _endpoint_is_elsewhere; this leaves the plain case out.
        rings &= ~Domain("endpoint_url", "=like", f"http%://{urlsplit(here).netloc}/%")
        rings &= Domain("kept_base_url", "!=", here)
        return Domain("connected", "=", True) & (doubt | rings)

    def _prepare_doubt_banner(self):
        self.ensure_one()
        return {
            "id": self.id,
            "key": f"{self.id}:doubt:{self._database_uuid()}:{self.claimed_uuid or ''}",
            "level": "danger",
            "text": self.env._(
                "Stripe, %(business)s: %(why)s",
                business=self.display_name,
                why=self._doubt_sentence(),
            ),
            "link": self.env._("See what to do"),
            "buttons": self._buttons_for_managers(
                {"name": "action_moved", "text": self.env._("Moved, or a copy?")}
            ),
        }

    def _prepare_address_banner(self):
        self.ensure_one()
        return {
            "id": self.id,
            "key": f"{self.id}:address:{self.endpoint_url}:{self.get_base_url()}",
            "level": "warning",
            "text": self.env._(
                "Stripe, %(business)s: %(why)s",
                business=self.display_name,
                why=self._address_sentence(),
            ),
            "link": self.env._("See what to do"),
            "buttons": self._buttons_for_managers(
                {
                    "name": "action_move_endpoint",
                    "text": self.env._("Move the endpoint here"),
                    "confirm": self.env._(
                        "Stripe will notify this address, and the other one no more. Is"
                        " this the Odoo that your customers and colleagues use?"
                    ),
                },
                {"name": "action_keep_endpoint", "text": self.env._("Keep")},
            ),
        }

    def _buttons_for_managers(self, *buttons):
        """Return a banner's buttons; others could not press them.

        :param buttons: dicts: name (of the action), text, and what it asks first
        """
        user = self.env.user
        manages = user.has_group("account.group_account_manager")
        if not manages or self.company_id - user.company_ids:
            return []
        return list(buttons)
