# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL, hmac

from ...core.visitors import WINDOW_SECONDS

# In the window, of (one link, one address): far more than people do, an office of many
# behind one address included, and too little to keep a server busy.
_MOST = {"start": (40, 400), "pdf": (40, 400), "return": (60, 600)}


class KashStripeHit(models.Model):
    """One request for something dear, as a hash of who asks and a moment.

    Rows are only inserted, each in a transaction of its own: a counter would make
    workers wait for each other, and would be rolled back with the request. What is lost
    in a crash of the database is no loss, so nothing is written to its log for it.
    """

    _name = "kash.stripe.hit"
    _description = "Counted Request of a Customer's Page"
    _log_access = False
    _rec_name = "key"

    key = fields.Char(
        required=True,
        readonly=True,
        help="A hash that only this database can make, and that leads back to nobody.",
    )
    moment = fields.Datetime(required=True, readonly=True)

    _of_a_key = models.Index("(key, moment)")

    def init(self):
        """Keep the table out of the write-ahead log; it is made before this runs."""
        self.env.cr.execute(
            "SELECT relpersistence FROM pg_class WHERE oid = %s::regclass",
            [self._table],
        )
        if self.env.cr.fetchone()[0] != "u":
            table = SQL.identifier(self._table)
            self.env.cr.execute(SQL("ALTER TABLE %s SET UNLOGGED", table))

    @api.model
    def _admit(self, kind, link, address):
        """Count a request and tell whether it may go on; one too many is not counted.

        :param kind: a key of ``_MOST``
        :param link: the (sudo) link it is for
        :param address: the visitor's own, or None where only the link can be counted
        """
        subjects = [link.token, address] if address else [link.token]
        keys = [self._key(kind, subject) for subject in subjects]
        with self.env.registry.cursor() as cr:
            cr.execute(_ADMIT, [keys, list(_MOST[kind][: len(keys)]), WINDOW_SECONDS])
            return bool(cr.rowcount)

    @api.model
    def _key(self, kind, subject):
        return hmac(self.env(su=True), f"kash_stripe_hit {kind}", subject)

    @api.autovacuum
    def _gc_hits(self):
        """Forget what no window holds any more."""
        self.env.cr.execute(_SWEEP, [WINDOW_SECONDS])


_ADMIT = """
    WITH asked AS (
        SELECT key, most FROM unnest(%s::varchar[], %s::int[]) AS one (key, most)
    ), full_ones AS (
        SELECT FROM asked WHERE most <= (
            SELECT COUNT(*) FROM kash_stripe_hit hit
            WHERE hit.key = asked.key
            AND hit.moment > NOW() AT TIME ZONE 'UTC' - %s * INTERVAL '1 second'
        )
    )
    INSERT INTO kash_stripe_hit (key, moment)
    SELECT key, NOW() AT TIME ZONE 'UTC' FROM asked
    WHERE NOT EXISTS (SELECT FROM full_ones)
"""
_SWEEP = """
    DELETE FROM kash_stripe_hit
    WHERE moment < NOW() AT TIME ZONE 'UTC' - %s * INTERVAL '1 second'
"""
