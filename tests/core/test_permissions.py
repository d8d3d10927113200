"""A restricted key: what is probed is what the docs tell people to tick."""

from pathlib import Path

from odoo.addons.kash_stripe_connect.core import permissions

OPTIONAL = (
    permissions.REFUND,
    permissions.PAYOUT,
    permissions.WEBHOOK,
    permissions.WALLETS,
)
DOCS = Path(__file__).resolve().parents[2] / "docs" / "connect.md"


def test_the_docs_list_every_permission_that_is_probed():
    """A box that nobody was told to tick would be a riddle."""
    text = DOCS.read_text()
    for permission in (*permissions.NEEDED, *OPTIONAL):
        assert f"`{permission.slug}`" in text


def test_a_probe_changes_nothing_at_stripe():
    """Reads, a write without parameters, and an object that is not there."""
    for permission in (*permissions.NEEDED, *OPTIONAL):
        harmless = permission.method == "get" or not permission.params
        assert harmless
