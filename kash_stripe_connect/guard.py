# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One bad thing stops only itself: what every batch, job and dialog goes through.

Whatever goes wrong with one object, foreseen or not, undoes what was done with *it*,
and is for the caller to store and to show. Passed on is what is not the object's
fault, and what Odoo itself must see: to run a transaction again, to end a worker.
"""

import logging
import traceback
from contextlib import contextmanager

import psycopg2

from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .core.reasons import Reason
from .gateway.errors import GatewayError

# What was said on purpose: its text is a sentence for people.
SAID = (UserError, GatewayError, Reason)
_TIME_IS_UP = "CPU time limit exceeded."  # odoo/service/server.py raises no more
# Places in the code whose traceback is in this process's log already.
_logged = set()


class NotTrouble(Exception):
    """A job leaves what it is at, on purpose: every guard lets it pass."""


_PASSED_ON = (
    *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY,
    ConcurrencyError,
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
    MemoryError,
    NotTrouble,
)


class Trouble:
    """What became of a guarded block: ``error`` is what stopped it, or None."""

    error = None


# === GUARDS === #


@contextmanager
def alone(env):
    """Do one thing in a savepoint: all of it or, when anything goes wrong, nothing.

    What was written before is flushed first: its fault would not be this thing's.
    """
    trouble = Trouble()
    savepoint = env.cr.savepoint()
    with _stopped(trouble), savepoint:
        yield trouble


@contextmanager
def by_turns(env, *, commits):
    """Do something that is written in turns, each by itself: those that ended stay.

    :param commits: a turn ends with a commit, so what is left is half done and undone;
        else it has a savepoint of its own, and outside of it nothing is written
    """
    trouble = Trouble()
    with _stopped(trouble):
        yield trouble
    if trouble.error and commits:
        env.cr.rollback()
    elif trouble.error and _is_given_up(env.cr):
        raise trouble.error


def apart(env, things, work, stop):
    """Work on all things at once; on trouble halve until the culprits stand alone.

    :param things: a recordset or a list
    :param work: called with some of them, and again with fewer
    :param stop: called with one of them (as ``things`` are) and its error
    """
    if not things:
        return
    with alone(env) as trouble:
        work(things)
    if not trouble.error:
        return
    if len(things) == 1:
        stop(things, trouble.error)
        return
    half = len(things) // 2
    apart(env, things[:half], work, stop)
    apart(env, things[half:], work, stop)


@contextmanager
def _stopped(trouble):
    """Keep what stopped the block, unless it is to be passed on."""
    try:
        yield
    except Exception as error:  # nobody can foresee all: the only broad one there is
        passed_on = _passed_on(error)
        if passed_on is error:
            raise
        if passed_on:
            raise passed_on from None
        trouble.error = error


def _passed_on(error):
    """Return what is to be passed on: the error, or what it was made of; else None.

    Odoo turns whatever happens while it renders an e-mail into a UserError.
    """
    seen = []
    while error and error not in seen:
        if isinstance(error, _PASSED_ON) or _is_time_limit(error):
            return error
        seen.append(error)
        error = error.__cause__
    return None


def _is_time_limit(error):
    """Tell whether the worker's time is up: a bare Exception, known by its text."""
    return type(error) is Exception and str(error) == _TIME_IS_UP


def _is_given_up(cr):
    """Tell whether the database goes on with nothing but a rollback."""
    status = cr.connection.get_transaction_status()
    return status == psycopg2.extensions.TRANSACTION_STATUS_INERROR


# === REASONS === #


def reason_of(env, error, what, logger):
    """Log what stopped ``what``; return the reason to store and to show.

    What nobody foresaw is no text for people: the log has it, with its traceback once
    for each place in the code and each process.
    """
    if isinstance(error, SAID):
        logger.warning("%s: %s", what, error)
        return str(error) or type(error).__name__
    place = _place_of(error)
    fresh = place not in _logged
    _logged.add(place)
    level = logging.ERROR if fresh else logging.WARNING
    logger.log(level, "%s: %r", what, error, exc_info=error if fresh else None)
    return _constraint_text(env, error) or env._(
        "Something unforeseen (%(kind)s): see Odoo's log.", kind=type(error).__name__
    )


def _constraint_text(env, error):
    """Return the sentence of the constraint that refused, None where it has none.

    The database's own words would show the record's values.
    """
    if not isinstance(error, psycopg2.IntegrityError):
        return None
    tables = {model._table: model for model in env.registry.values()}
    name = getattr(tables.get(error.diag.table_name), "_name", "base")
    constraint = env[name]._table_objects.get(error.diag.constraint_name)
    if not constraint or not constraint.get_error_message(env[name], error.diag):
        return None
    return env[name]._sql_error_to_message(error)


def _place_of(error):
    """Return where an error was raised: two that differ in an id are one reason."""
    frames = traceback.extract_tb(error.__traceback__)
    last = (frames[-1].filename, frames[-1].lineno) if frames else ()
    return (type(error), *last)
