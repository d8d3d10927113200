# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import Command, api, models
from odoo.exceptions import AccessError, UserError

from .records import check_one


class KashStripeWall(models.AbstractModel):
    """What a person names in a record, that person may read.

    Asked where values come in, before anything is computed of them, saved or not: the
    name of a record alone is shown by Odoo without a question.
    """

    _name = "kash.stripe.wall"
    _description = "Wall Around What May Be Named"

    @api.model
    def default_get(self, fields):
        """Defaults come from the context too, which a request fills."""
        values = super().default_get(fields)
        self._check_named([values])
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Nothing is made of what this person may not read."""
        self._check_named(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Nothing is pointed at what this person may not read."""
        self._check_named([vals])
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """A form that is never saved shows as much."""
        self._check_named([values])
        return super().onchange(values, field_names, fields_spec)

    def _check_one(self):
        """Refuse a button of a stranger's dialog, of none and of several."""
        check_one(self)

    @api.model
    def _walled(self):
        """Return the names of the fields that are asked about: those of records."""
        return {name for name, field in self._fields.items() if field.relational}

    @api.model
    def _check_named(self, vals_list):
        """Refuse values that name what this person may not read.

        :raises AccessError: one does, or a line within them
        :raises UserError: there are no values of fields, but something else
        """
        if self.env.su:
            return
        self._check_readable(vals_list, (list, tuple))
        named = defaultdict(set)
        self._collect_named(vals_list, named)
        for model, ids in named.items():
            records = self.env[model].browse(ids)
            if model == "res.company":
                records -= self._own_companies(records)
            if records:
                records.check_access("read")

    @api.model
    def _own_companies(self, companies):
        """Return this person's companies and their branches, switched on or not."""
        mine = self.env.user.company_ids
        return companies.filtered(lambda company: company.sudo().parent_ids & mine)

    @api.model
    def _collect_named(self, vals_list, named):
        """Add to {model: ids} what values name, in their lines too.

        :raises AccessError: several are named where there is place for one
        """
        walled = self._walled()
        for vals in vals_list:
            self._check_readable(vals, dict)
            for name in walled & vals.keys():
                field = self._fields[name]
                if _names_several(field, vals[name]):
                    raise AccessError(
                        self.env._("One record is named here, not several.")
                    )
                if vals[name] and field.type != "many2one":
                    self._check_readable(vals[name], (list, tuple, models.BaseModel))
                ids, within = _named_by(field, vals[name])
                named[field.comodel_name].update(i for i in ids if _is_id(i))
                comodel = self.env[field.comodel_name]
                if within and isinstance(comodel, self.pool["kash.stripe.wall"]):
                    comodel._collect_named(within, named)

    @api.model
    def _check_readable(self, value, kinds):
        """Refuse what is of no kind that can be read: from outside anything comes.

        :raises UserError: it is not
        """
        if not isinstance(value, kinds):
            raise UserError(
                self.env._(
                    "This cannot be read as values of fields: %(value)s",
                    value=repr(value)[:80],
                )
            )


def _is_id(value):
    """Tell an id from what else stands for a record that is none yet."""
    return type(value) is int and value > 0


def _names_several(field, value):
    """Tell whether a field of one record is given several, or a list of ids at all.

    A pair of id and name is what Odoo itself reads there.
    """
    if field.type != "many2one":
        return False
    if isinstance(value, models.BaseModel):
        return len(value) > 1
    ids = isinstance(value, (list, tuple)) and all(type(key) is int for key in value)
    return ids and len(value) > 0


def _named_by(field, value):
    """Return (ids that a value names, values of records within it)."""
    if isinstance(value, models.BaseModel):
        return value.ids, []
    if field.type != "many2one":
        return _named_by_commands(value or [])
    match value:
        case dict():
            return [value.get("id")], [value]
        case (key, *_):
            return [key], []
    return [value], []


def _named_by_commands(commands):
    """Return (ids, values within) of the commands of a field of many records."""
    ids, within = [], []
    for command in commands:
        match command:
            case dict():
                within.append(command)
            case (Command.CREATE, _, vals):
                within.append(vals)
            case (Command.UPDATE, key, vals):
                ids.append(key)
                within.append(vals)
            case (Command.LINK, key, *_):
                ids.append(key)
            case (Command.SET, _, keys):
                ids.extend(keys)
            case int():
                ids.append(command)
    return ids, within
