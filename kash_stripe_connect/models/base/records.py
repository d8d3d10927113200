# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Helpers of records: lists as Stripe says them, guarded facts, previews."""

from odoo.api import NewId
from odoo.exceptions import AccessError, MissingError, UserError

_DEFAULT = "default_kash_stripe_"
_KEYS_END = 2**31  # PostgreSQL's int4


class _SeenError(Exception):
    """A preview has seen enough."""


# === WHAT A BUTTON BEGINS WITH === #


def check_one(records, operation="read"):
    """Refuse a button that is of one record, for any other number of them.

    Whoever calls from outside may name what they like; no answer is *Expected
    singleton*.

    :raises AccessError: a record is not this person's to read (or ``operation``)
    :raises MissingError: one does not exist any more
    :raises UserError: it is none, or several
    """
    check_some(records, operation)
    if len(records) > 1:
        raise UserError(
            records.env._("This is done with one record at a time: choose one.")
        )


def check_some(records, operation="read"):
    """Refuse a button that is of one record or more, for none.

    :raises AccessError: a record is not this person's to read (or ``operation``)
    :raises MissingError: one does not exist any more
    :raises UserError: it is none, or what was named is no record at all
    """
    records.browse().check_access(operation)
    if not all(map(_is_key, records._ids)):
        raise UserError(records.env._("A record is named by its number."))
    if len(records.exists()) < len(records):
        raise MissingError(
            records.env._("This record does not exist, or was deleted meanwhile.")
        )
    records.check_access(operation)
    if not records:
        raise UserError(records.env._("Choose a record first."))


def _is_key(key):
    """Tell whether something can be the key of a record in the database."""
    return isinstance(key, NewId) or (type(key) is int and 0 < key < _KEYS_END)


# === STRIPE'S FACTS === #


def replace_if_changed(known, wanted):
    """Make ``known`` say what ``wanted`` (list of vals, in order) says.

    Most of Stripe's answers change nothing: then nothing is written either.
    """
    names = wanted[0].keys() if wanted else ()
    stored = [
        record._convert_to_write({name: record[name] for name in names})
        for record in known
    ]
    if stored != wanted:
        known.unlink()
        known.create(wanted)


def without_defaults(records):
    """Return ``records`` with no default of ours in their context.

    It would fill in what a caller may not write.
    """
    if records.env.su:
        return records
    context = records.env.context
    ours = [name for name in context if name.startswith(_DEFAULT)]
    kept = {name: value for name, value in context.items() if name not in ours}
    return records.with_env(records.env(context=kept)) if ours else records


def changes(records, vals, names):
    """Tell whether writing ``vals`` would change a field of ``names`` on a record.

    What is there already may be written again: forms, imports and Odoo's own code do.
    Commands on lists are acts: they count as changes.
    """
    guarded = [name for name in vals if name in names and name in records._fields]
    if not guarded:
        return False
    records.check_access("write")  # the answer would tell a stranger what is there
    return any(
        _differs(record, record._fields[name], vals[name])
        for record in records.sudo()
        for name in guarded
    )


def _differs(record, field, value):
    if field.type in {"one2many", "many2many"}:
        return True
    cached = field.convert_to_cache(value, record)
    return field.convert_to_record(cached, record) != record[field.name]


def fills(vals, names):
    """Tell whether creating with ``vals`` would fill a field of ``names``."""
    return any(value for name, value in vals.items() if name in names)


def refuse_filled(records, vals_list, names):
    """Refuse records that are made with a fact of ``names`` by hand.

    :raises AccessError: a value is given for one
    """
    if not records.env.su and any(fills(vals, names) for vals in vals_list):
        _refuse(records.env)


def refuse_changed(records, vals, names):
    """Refuse to change a fact of ``names`` by hand.

    :raises AccessError: a record would say otherwise than it does
    """
    if not records.env.su and changes(records, vals, names):
        _refuse(records.env)


def _refuse(env):
    raise AccessError(env._("Stripe's facts are not written by hand."))


def previewed(env, act):
    """Do ``act``, take all of it back, and return what it returned (no records).

    What it raises comes through, and nothing was changed then, either.
    """
    try:
        with env.cr.savepoint():
            seen = act()
            raise _SeenError
    except _SeenError:
        return seen
