# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows that two transactions want to write: one waits for the other, without alarm.

Odoo's cursors see the database as it was when they began (*repeatable read*), so who
waited cannot write over what the other wrote meanwhile: all must begin anew. Odoo does
that with requests, and our jobs do it themselves. Found out at the first write it would
be an ERROR in the log each time; asked for before, by these, it is none.

Odoo's ``lock_for_update`` does not wait, and logs the same ERROR where the row was
written since.
"""

import math

from odoo.exceptions import ConcurrencyError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ...gateway import patience

# What sends a transaction back to its beginning: to be caught by who can begin anew.
BEGIN_ANEW = (ConcurrencyError, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)


def take(records):
    """Be the only one to write these records until the commit; wait for who is at it.

    No longer than the person may be kept waiting for Stripe: so may who is at it.

    :raises ConcurrencyError: somebody has written them since this transaction began, or
        is at it for too long
    """
    if records:
        _wait_no_longer(records.env, patience.seconds(math.inf))
        write_or_begin_anew(records.env, _lock(records, SQL()))


def try_take(records):
    """Take records if nobody has them, or had them since we began; tell whether.

    For what may as well be left out.
    """
    try:
        with records.env.cr.savepoint():
            write_or_begin_anew(records.env, _lock(records, SQL("NOWAIT")))
    except ConcurrencyError:
        return False
    return True


def write_or_begin_anew(env, query):
    """Run a query that others may be at as well, and log nothing where they were.

    :raises ConcurrencyError: somebody has written the same since this transaction began
    """
    try:
        env.cr.execute(query, log_exceptions=False)
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
        raise ConcurrencyError(type(error).__name__) from None


def _wait_no_longer(env, seconds):
    """Let this transaction wait for locks so long, and no longer."""
    if seconds < math.inf:
        limit = f"{max(1, int(seconds * 1000))}ms"
        env.cr.execute(SQL("SELECT set_config('lock_timeout', %s, TRUE)", limit))


def _lock(records, manner):
    """Return the query that locks rows as an UPDATE would, in one order for all."""
    return SQL(
        "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE %s",
        SQL.identifier(records._table),
        records._ids,
        manner,
    )
