"""Webhook endpoints, as Stripe treats them, and notifications of v2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..connect import thin
from .base import Base

if TYPE_CHECKING:
    from ..outbox import Delivery


class WebhookControls(Base):
    """Disables endpoints, and sends what none of them subscribed to."""

    def disable_endpoint(self, endpoint_id: str) -> None:
        """Disable an endpoint, as Stripe does when it failed for days."""
        with self.world.lock:
            self._row(endpoint_id, "webhook_endpoint").data["status"] = "disabled"
            self.world.dirty.set()

    def emit_thin(
        self,
        platform_id: str,
        account_id: str,
        type: str = "v2.core.account[requirements].updated",
        *,
        url: str,
        secret: str,
    ) -> Delivery:
        """Queue a thin notification about an account, signed with a secret."""
        with self.world.lock:
            platform = self._row(platform_id, "account")
            row = self._row(account_id, "account")
            thin.send(self.world, platform, row, type, url, secret)
            self.world.dirty.set()
            return self.outbox[-1]
