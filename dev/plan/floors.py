"""The rooms and their floors: the one list that says who stands above whom."""

from dataclasses import dataclass

ADDON_NAME = "kash_stripe_connect"


@dataclass(frozen=True)
class Room:
    """A topic, and why it is a room of its own."""

    name: str
    reason: str


# From the ground up; a room may name only rooms on lines above its own. Rooms in one
# tuple are neighbours and do not name each other. A new room is one line.
FLOORS: tuple[tuple[Room, ...], ...] = (
    (Room("core", "rules in plain Python, which need neither Odoo nor Stripe"),),
    (Room("gateway", "the only code that talks to Stripe"),),
    (Room("base", "minor units and small helpers"),),
    (Room("secret", "keys at rest, which nobody reads by accident"),),
    (Room("account", "who we are at Stripe; the calendar; whose turn it is"),),
    (Room("privacy", "what is kept of payers, until when, and emptying it"),),
    (Room("inbox", "what Stripe's events say, kept until it is done"),),
    (Room("payment", "attempts, what is taken, the provider"),),
    (Room("link", "the pay link, its guard, Checkout"),),
    (Room("send", "the link in mails, on the PDF and in the portal"),),
    (Room("page", "what the customer's page says, and how it looks"),),
    (Room("mirror", "Stripe's rows, and the windows they are read by"),),
    (Room("ledger", "the only writer of entries"),),
    (Room("notice", "e-mails to the business: an outbox"),),
    (
        Room("refund", "money given back, and its credit note"),
        Room("payout", "money on its way to the bank"),
        Room("dispute", "money taken back by a bank"),
        Room("opening", "what was there before the books began"),
    ),
    (Room("progress", "how far an invoice's payment is, in one word"),),
    (Room("proof", "that the books equal Stripe's balance"),),
    (Room("undo", "taking a run back out of the books"),),
    (Room("uninstall", "what survives the addon, and comes back with it"),),
    (Room("reminder", "asking once more"),),
    (Room("connect", "keys, platform, OAuth, the endpoint"),),
    (Room("sync", "what is asked of Stripe, applied and done after"),),
    (Room("leave", "disconnecting, and from test to live: after a last sync"),),
    (Room("hooks", "Odoo methods wanted by several rooms, one file a model"),),
    (Room("controllers", "pages, webhooks and downloads"),),
    (Room("menus", "the way in"),),
)
BASE = "base"
HOOKS = "hooks"
# Rooms without records: what their code calls by a name is no field or method of ours.
PLAIN = {"core", "gateway"}

# Folders whose subfolders are rooms, and folders that are a room.
WINGS = ("models", "wizards", "views")
WHOLE = ("core", "gateway", "controllers")
# Files that belong to a room without lying in its folder.
ALONE = {
    "const.py": BASE,
    "guard.py": BASE,
    "shipped_mails.py": BASE,
    "models/__init__.py": None,
    "wizards/__init__.py": None,
    "views/kash_stripe_menus.xml": "menus",
}


def ranks() -> dict[str, int]:
    """Return the floor of each room, counted so that `base` is the ground floor."""
    names = {room.name: n for n, floor in enumerate(FLOORS) for room in floor}
    return {name: n - names[BASE] for name, n in names.items()}
