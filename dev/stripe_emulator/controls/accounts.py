"""Accounts, their keys, and who may act for whom."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from .. import links
from ..connect import platforms
from ..links import Link
from ..resources import account, event
from ..store import Tenant
from .base import Account, Base, ControlError

if TYPE_CHECKING:
    from ..errors import Json


class AccountControls(Base):
    """Opens, changes and connects accounts."""

    def create_account(
        self,
        *,
        business_name: str = "Hill Street Books",
        livemode: bool = False,
        secret_key: str | None = None,
        publishable_key: str | None = None,
        **values: Any,
    ) -> Account:
        """Open an account with keys for both modes.

        `livemode` is the mode that the helpers below mean by default. Other values:
        id, country, currency, email, timezone, charges_enabled, payouts_enabled,
        details_submitted, requirements, capabilities.
        """
        with self.world.lock:
            if values.get("id") and self.world.store.find(values["id"]):
                message = f"Account {values['id']} exists already."
                raise ControlError(message)
            row = account.make(self.world, {"business_name": business_name, **values})
            row.private["livemode"] = livemode
            given = {"sk_test": secret_key, "pk_test": publishable_key}
            account.give_keys(self.world, row, given)
            self.world.dirty.set()
            return self.account(row.id)

    def account(self, account_id: str) -> Account:
        """Return the handle of an account."""
        row = self._row(account_id)
        keys = row.private["keys"]
        return Account(
            world=self.world,
            id=row.id,
            livemode=row.private["livemode"],
            secret_key=keys["sk_test"],
            publishable_key=keys["pk_test"],
            live_secret_key=keys["sk_live"],
            live_publishable_key=keys["pk_live"],
            client_id=platforms.client_id(row, livemode=False),
            live_client_id=platforms.client_id(row, livemode=True),
        )

    def accounts(self) -> list[Account]:
        """Return the handles of all accounts."""
        with self.world.lock:
            rows = [row.id for row in self.world.store if row.kind == "account"]
        return [self.account(account_id) for account_id in rows]

    def update_account(self, account_id: str, **fields: Any) -> Json:
        """Change an account as Stripe would, and tell: `account.updated`."""
        with self.world.lock:
            row = self._row(account_id)
            previous = self.world.change(row, **fields)
            tenant = Tenant(row.id, bool(row.private["livemode"]))
            event.make(self.world, tenant, "account.updated", row.data, previous)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def connect(self, platform: str, account_id: str) -> None:
        """Let a platform act for an account through `Stripe-Account`."""
        with self.world.lock:
            pair = self._row(platform).id, self._row(account_id).id
            self.world.links |= {Link(*pair, True), Link(*pair, False)}

    def disconnect(self, platform: str, account_id: str) -> None:
        """Revoke a platform's access to an account."""
        with self.world.lock:
            self.world.links.difference_update(
                links.between(self.world.links, platform, account_id)
            )

    def revoke_key(self, key: str) -> None:
        """Let a key expire now."""
        if key not in self.world.keys.by_value:
            message = "No such key."
            raise ControlError(message)
        self.world.keys.by_value[key].revoked = True
        self.world.dirty.set()
