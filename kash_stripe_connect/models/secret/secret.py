# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import OPERATOR_GROUP
from ...core.cipher import Unreadable
from ...gateway.errors import StripeUnauthorised
from . import cipher
from .cipher import OPTION, VARIABLE

# Our own code of an error that only the operator can mend.
LOCKED = "kash_secret_locked"
# A dialog saves in one request and presses its button in the next: seconds.
_TYPED_LIFE = timedelta(minutes=15)
_ASKED = "kash_stripe_connect.asked_to_encrypt"
_ACTIVITY = "kash_stripe_connect.mail_activity_type_in_clear"
_NOBODYS = {"readonly": True, "copy": False, "groups": fields.NO_ACCESS}


class KashStripeSecret(models.Model):
    """A secret of a record's, which nobody reads over any door.

    What an account or the platform needs stays until it is replaced. What a person
    types is that person's, until the button uses it, once. Where an encryption key is
    configured the value is encrypted, here and in every backup.
    """

    _name = "kash.stripe.secret"
    _description = "Stripe Secret"
    _rec_name = "name"

    res_model = fields.Char(required=True, **_NOBODYS)
    res_id = fields.Many2oneReference(
        model_field="res_model",
        required=True,
        help="0: of a model that has no records.",
        **_NOBODYS,
    )
    name = fields.Char("Field", required=True, **_NOBODYS)
    user_id = fields.Many2one(
        "res.users", help="Who typed it.", ondelete="cascade", **_NOBODYS
    )
    value = fields.Char(required=True, exportable=False, **_NOBODYS)
    encrypted = fields.Boolean(**_NOBODYS)
    expires_at = fields.Datetime(index=True, **_NOBODYS)

    _one_each = models.UniqueIndex("(res_model, res_id, name, user_id)")
    _one_kept = models.UniqueIndex("(res_model, res_id, name) WHERE user_id IS NULL")

    # === KEPT === #

    @api.model
    def _put(self, owner, values):
        """Keep ``{name: secret}`` of a record; an empty one is forgotten.

        :raises UserError: what is configured as encryption key is none
        """
        new = [
            {**self._prepare_owner_vals(owner, name), **self._sealed(value)}
            for name, value in values.items()
            if value
        ]
        self._kept_of(owner, *values).unlink()
        self.sudo().create(new)
        self._ask_for_key()

    @api.model
    def _reveal(self, owner, name):
        """Return a secret of a record, empty without one.

        :raises StripeUnauthorised: it is kept, and cannot be read
        """
        return self._kept_of(owner, name)._opened()

    @api.model
    def _readable(self, owner, *names):
        """Return those of a record's secrets that there are and that can be read."""
        kept = self._kept_of(owner, *names).grouped("name")
        ordered = [kept[name] for name in names if name in kept]
        opened = [secret._opened() for secret in ordered if not secret._is_locked()]
        return [secret for secret in opened if secret]

    @api.model
    def _let_expire(self, owner, name, aside, life):
        """Let a secret go by another name for a while, unread: a new one comes."""
        kept = self._kept_of(owner, name)
        if kept:
            self._kept_of(owner, aside).unlink()
            until = fields.Datetime.now() + life
            kept.write({"name": aside, "expires_at": until})

    @api.model
    def _forget(self, owners):
        """Forget all that is kept of some records."""
        self.sudo().search(
            [("res_model", "=", owners._name), ("res_id", "in", owners.ids)]
        ).unlink()
        self._ask_for_key()

    # === TYPED === #

    @api.model
    def _keep_typed(self, dialogs, name):
        """Keep what was typed into a field of dialogs until a button uses it.

        The form saves, then presses. The field reads empty at once, in the answer to
        the same request too.
        """
        typed = [(dialog, dialog[name]) for dialog in dialogs]
        for dialog, value in typed:
            self._keep(dialog, name, (value or "").strip())
        dialogs.invalidate_recordset([name])

    @api.model
    def _keep(self, record, name, value):
        """Keep what this person typed into a field, in place of what was kept."""
        self._typed(record, name).unlink()
        if value:
            self.sudo().create(
                {
                    **self._prepare_owner_vals(record, name),
                    **self._sealed(value),
                    "user_id": self.env.uid,
                    "expires_at": fields.Datetime.now() + _TYPED_LIFE,
                }
            )

    @api.model
    def _take(self, record, name):
        """Return what this person typed into a field, and forget it.

        Empty when nothing was typed, or too long ago, or under another encryption key.
        """
        kept = self._typed(record, name)
        value = "" if kept._is_locked() else kept._opened()
        kept.unlink()
        return value

    # === FINDING === #

    @api.model
    def _kept_of(self, owner, *names):
        """Return what is kept of a record by some names (sudo)."""
        return self._find_kept(owner, names, False)

    @api.model
    def _typed(self, record, name):
        """Return what this person typed into a field (sudo)."""
        return self._find_kept(record, [name], self.env.uid)

    @api.model
    def _find_kept(self, owner, names, user_id):
        return self.sudo().search(
            [
                ("res_model", "=", owner._name),
                ("res_id", "=", owner.id or 0),
                ("name", "in", list(names)),
                ("user_id", "=", user_id),
            ]
        )

    @api.model
    def _prepare_owner_vals(self, owner, name):
        return {"res_model": owner._name, "res_id": owner.id or 0, "name": name}

    # === ENCRYPTION === #

    @api.model
    def _sealed(self, value):
        """Return the values that keep a secret: encrypted, where there is a key.

        :raises UserError: what is configured is no key
        """
        found = self._cipher_or_say()
        if found is None:
            return {"value": value, "encrypted": False}
        return {"value": found.encrypt(value), "encrypted": True}

    def _opened(self):
        """Return the secret itself; empty when there is none, or its time is over.

        :raises StripeUnauthorised: the encryption key is not there, or another one
        """
        if not self or (self.expires_at and self.expires_at <= fields.Datetime.now()):
            return ""
        try:
            return self._plain()
        except Unreadable as error:
            raise self._locked_error() from error

    def _is_locked(self):
        """Tell whether it is there and cannot be read."""
        try:
            self._plain()
        except Unreadable:
            return True
        return False

    def _plain(self):
        """Return the secret itself, even when its time is over.

        :raises Unreadable: the encryption key is not there, or another one
        """
        return self._cipher().decrypt(self.value) if self.encrypted else self.value

    @api.model
    def _cipher(self):
        """Return what decrypts.

        :raises Unreadable: no key, or none that is one
        """
        found = cipher.configured()
        if found is None:
            raise Unreadable(VARIABLE)
        return found

    @api.model
    def _cipher_or_say(self):
        """Return what encrypts, None where no key is configured.

        :raises UserError: what is configured is no key
        """
        try:
            return cipher.configured()
        except Unreadable as error:
            raise UserError(self._no_key_sentence()) from error

    @api.model
    def _no_key_sentence(self):
        return self.env._(
            "What is configured as %(variable)s is no encryption key. The operator of"
            " this Odoo has to mend it; nothing is lost meanwhile.",
            variable=VARIABLE,
        )

    @api.model
    def _locked_error(self):
        """Return the error of a secret that cannot be read, as one of lost access."""
        error = StripeUnauthorised(
            self.env._(
                "The keys of Stripe cannot be read: the encryption key %(variable)s is"
                " missing, or another one than they were stored with. The operator of"
                " this Odoo has to mend it; nothing is lost meanwhile.",
                variable=VARIABLE,
            ),
            code=LOCKED,
        )
        error.access_lost = True
        return error

    @api.model
    def _encrypt_all(self):
        """Encrypt what lies in clear, and anew what an older key encrypted.

        What cannot be read stays as it is: its key may come back.

        :raises UserError: no key is configured, or what is none
        """
        found = self._cipher_or_say()
        if found is None:
            raise UserError(
                self.env._(
                    "There is no encryption key: set %(variable)s for Odoo's server"
                    " first.",
                    variable=VARIABLE,
                )
            )
        for secret in self.sudo().search([("value", "!=", False)]):
            if secret.encrypted and found.is_of_newest(secret.value):
                continue
            if not secret._is_locked():
                secret.write(self._sealed(secret._plain()))
        self._ask_for_key()

    # === THE OPERATOR === #

    @api.model
    def _can_encrypt(self):
        """Tell whether a key is configured, and is one."""
        try:
            return cipher.configured() is not None
        except Unreadable:
            return False

    @api.model
    def _encryption_text(self):
        """Return how many kept secrets are encrypted, and what is to be done."""
        kept = self.sudo().search([("user_id", "=", False)])
        try:
            found = cipher.configured()
        except Unreadable:
            return self._no_key_sentence()
        if any(secret._is_locked() for secret in kept):
            return str(self._locked_error())
        if found is None:
            return self.env._(
                "None of %(count)s: set %(variable)s for Odoo's server first.",
                count=len(kept),
                variable=VARIABLE,
            )
        return self.env._(
            "%(encrypted)s of %(count)s",
            encrypted=len(kept.filtered("encrypted")),
            count=len(kept),
        )

    @api.model
    def _ask_for_key(self):
        """Ask who can act, once, to encrypt what lies in clear; close it when done."""
        clear = self.sudo().search_count(
            [("encrypted", "=", False), ("user_id", "=", False)], limit=1
        )
        params = self.env["ir.config_parameter"].sudo()
        asked = params.get_param(_ASKED)
        if clear and not asked:
            params.set_param(_ASKED, "True")
            self._give_activities()
        elif asked and not clear:
            params.set_param(_ASKED, False)
            self._close_activities()

    @api.model
    def _asked(self):
        """Return (sudo) what is open of what was asked."""
        activities = self.env["mail.activity"].sudo()
        kind = self.env.ref(_ACTIVITY, raise_if_not_found=False)
        if not kind:
            return activities
        return activities.search([("activity_type_id", "=", kind.id)])

    @api.model
    def _ask_who_is_left(self):
        """Ask those who can act by now: who was asked has left, and did not do it."""
        if not self._asked():
            self._give_activities()

    @api.model
    def _give_activities(self):
        """Give each operator an activity that is about no record."""
        kind = self.env.ref(_ACTIVITY, raise_if_not_found=False)
        # Odoo's own flag: without an e-mail about each activity.
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        activities.sudo().create(
            [
                {
                    "activity_type_id": kind and kind.id,
                    "user_id": user.id,
                    "automated": True,
                    **self.with_context(lang=user.lang)._prepare_activity_text(),
                }
                for user in self._who_can_act()
            ]
        )

    @api.model
    def _close_activities(self):
        self._asked().unlink()

    @api.model
    def _prepare_activity_text(self):
        return {
            "summary": self.env._("Stripe's keys are not encrypted"),
            "note": self.env._(
                "They lie in this database and in its backups as they are. Set an"
                " encryption key for Odoo's server (%(variable)s in its environment, or"
                " %(option)s in its configuration file), restart it, and press Encrypt"
                " under Stripe Platform.",
                variable=VARIABLE,
                option=OPTION,
            ),
        }

    @api.model
    def _who_can_act(self):
        """Return the operators; where nobody is, the administrators."""
        for xmlid in (OPERATOR_GROUP, "base.group_system"):
            users = self.env.ref(xmlid).sudo().all_user_ids.filtered("active")
            if users:
                return users
        return self.env["res.users"]

    # === AUTOVACUUM === #

    @api.autovacuum
    def _gc_secrets(self):
        """Forget what was typed and never used, and what its time is over for."""
        self.sudo().search([("expires_at", "<", fields.Datetime.now())]).unlink()

    @api.autovacuum
    def _gc_clear(self):
        """Encrypt in each of a server's databases what its new key was set for."""
        if self._can_encrypt():
            self._encrypt_all()
