# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """What payouts add to the account's form waits until its new text is read.

    Its old text names buttons that the new form gets from other rooms, later. A part
    without a model is not combined with the form; its record gives it the model again.
    """
    cr.execute(
        """
        UPDATE ir_ui_view
           SET model = NULL
          FROM ir_model_data AS known
         WHERE known.module = 'kash_stripe_connect'
           AND known.name = 'kash_stripe_account_view_form_payouts'
           AND known.model = 'ir.ui.view'
           AND known.res_id = ir_ui_view.id
        """
    )
