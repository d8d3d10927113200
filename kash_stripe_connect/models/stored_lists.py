# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


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
