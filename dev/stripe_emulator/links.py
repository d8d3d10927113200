"""Which platform may act for which account.

A live link works in test mode, too: https://docs.stripe.com/connect/testing
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .store import Tenant


class Link(NamedTuple):
    """A platform's access to an account, given in one mode."""

    platform: str
    account: str
    livemode: bool = True

    def covers(self, tenant: Tenant) -> bool:
        """Say if this link lets its platform see this account in this mode."""
        return self.account == tenant.account and (self.livemode or not tenant.livemode)


def platforms(links: Iterable[Link], tenant: Tenant) -> list[str]:
    """Return the platforms that may act for an account in this mode."""
    return sorted({link.platform for link in links if link.covers(tenant)})


def between(links: Iterable[Link], platform: str, account: str) -> list[Link]:
    """Return the links of a pair, the test link first."""
    return sorted(link for link in links if link[:2] == (platform, account))
