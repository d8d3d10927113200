# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may what: each model of ours and each public method, by role. Data, no tests.

A letter is a role, and says: allowed, with records of one's own company or one's own
dialogs. Whoever's letter is missing is answered by an access error, and so is everyone
about another company's records or another person's dialogs.

    c  clerk: Invoicing (account.group_account_invoice)
    a  accountant: all of Accounting (account.group_account_manager)
    r  auditor: reads (account.group_account_readonly)
    e  employee without accounting (base.group_user)
    p  customer in the portal (base.group_portal)
    -  nobody of these: the operator's dialog is the operator's, and contacts are
       changed by whoever has *Contact Creation* besides

``test_who_may.py`` fails for a model or a public method that has no line here, and for
a line of what is no more; ``test_rpc_*.py`` asks each as each role, over XML-RPC.
"""

ROLES = {
    "c": "account.group_account_invoice",
    "a": "account.group_account_manager",
    "r": "account.group_account_readonly",
    "e": "base.group_user",
    "p": "base.group_portal",
}

# model                              read  write create unlink
MODELS = """
kash.stripe.account                  car   -     -      -
kash.stripe.allocation               car   -     -      -
kash.stripe.analysis                 car   -     -      -
kash.stripe.balance.transaction      car   -     -      -
kash.stripe.books.line               a     a     a      a
kash.stripe.books.wizard             a     a     a      a
kash.stripe.capability               car   -     -      -
kash.stripe.connect.ticket           -     -     -      -
kash.stripe.connect.wizard           a     a     a      a
kash.stripe.credit.note.wizard       ca    ca    ca     ca
kash.stripe.currency                 car   -     -      -
kash.stripe.deposit.line             a     a     a      a
kash.stripe.deposit.wizard           a     a     a      a
kash.stripe.disconnect.wizard        a     a     a      a
kash.stripe.dispute                  car   -     -      -
kash.stripe.effect                   a     a     a      a
kash.stripe.event                    car   -     -      -
kash.stripe.forget.wizard            a     a     a      a
kash.stripe.go.live.wizard           a     a     a      a
kash.stripe.hit                      -     -     -      -
kash.stripe.import.wizard            a     a     a      a
kash.stripe.keep.wizard              a     a     a      a
kash.stripe.moved.wizard             a     a     a      a
kash.stripe.movement                 car   -     -      -
kash.stripe.notice                   car   -     -      -
kash.stripe.opening.part             a     a     a      a
kash.stripe.opening.wizard           a     a     a      a
kash.stripe.pay.link                 car   -     -      -
kash.stripe.payout                   car   -     -      -
kash.stripe.platform.wizard          -     -     -      -
kash.stripe.proof                    car   -     -      -
kash.stripe.proof.line               car   -     -      -
kash.stripe.prove.wizard             a     a     a      a
kash.stripe.pull                     car   -     -      -
kash.stripe.record.wizard            a     a     a      a
kash.stripe.refund.part              ca    ca    ca     ca
kash.stripe.reminder                 car   -     -      -
kash.stripe.reminder.line            car   -     -      -
kash.stripe.reminder.preview         car   car   car    car
kash.stripe.reminder.preview.line    car   car   car    car
kash.stripe.reminder.rule            car   a     a      a
kash.stripe.requirement              car   -     -      -
kash.stripe.run                      car   -     -      -
kash.stripe.secret                   -     -     -      -
kash.stripe.stream                   car   -     -      -
kash.stripe.sync.wizard              a     a     a      a
kash.stripe.undo.left                a     a     a      a
kash.stripe.undo.wizard              a     a     a      a
kash.stripe.uninstall.wizard         a     a     a      a
"""

# model                              method                                who
METHODS = """
kash.stripe.account                  action_continue_setup                 a
kash.stripe.account                  action_dashboard                      car
kash.stripe.account                  action_deposit                        a
kash.stripe.account                  action_disconnect                     a
kash.stripe.account                  action_forget_revoked                 a
kash.stripe.account                  action_go_live                        a
kash.stripe.account                  action_import                         a
kash.stripe.account                  action_keep_endpoint                  a
kash.stripe.account                  action_manage                         a
kash.stripe.account                  action_move_endpoint                  a
kash.stripe.account                  action_moved                          a
kash.stripe.account                  action_open                           car
kash.stripe.account                  action_opening                        a
kash.stripe.account                  action_prepare_uninstall              a
kash.stripe.account                  action_preview_sync                   a
kash.stripe.account                  action_prove_day                      car
kash.stripe.account                  action_resume_reading                 a
kash.stripe.account                  action_send_again                     a
kash.stripe.account                  action_stop_reading                   a
kash.stripe.account                  action_sync_now                       a
kash.stripe.account                  action_view_by_hand                   car
kash.stripe.account                  action_view_dead_links                car
kash.stripe.account                  action_view_disputes                  car
kash.stripe.account                  action_view_events                    car
kash.stripe.account                  action_view_held                      car
kash.stripe.account                  action_view_links                     car
kash.stripe.account                  action_view_payouts                   car
kash.stripe.account                  action_view_proofs                    car
kash.stripe.account                  action_view_rows                      car
kash.stripe.account                  get_banners                           carep
kash.stripe.analysis                 action_open_row                       car
kash.stripe.balance.transaction      action_deposit                        a
kash.stripe.balance.transaction      action_keep_recorded                  a
kash.stripe.balance.transaction      action_open_entry                     car
kash.stripe.balance.transaction      action_open_fee_move                  car
kash.stripe.balance.transaction      action_open_payment                   car
kash.stripe.balance.transaction      action_record                         car
kash.stripe.balance.transaction      action_record_again                   a
kash.stripe.balance.transaction      action_record_as_stripe_says          a
kash.stripe.balance.transaction      action_retry                          a
kash.stripe.books.wizard             action_apply                          a
kash.stripe.connect.wizard           action_connect                        a
kash.stripe.credit.note.wizard       action_make                           ca
kash.stripe.deposit.wizard           action_preview                        a
kash.stripe.deposit.wizard           action_record                         a
kash.stripe.disconnect.wizard        action_disconnect                     a
kash.stripe.dispute                  action_evidence                       car
kash.stripe.dispute                  action_open_invoices                  car
kash.stripe.dispute                  action_open_movements                 car
kash.stripe.dispute                  action_open_payment                   car
kash.stripe.dispute                  action_stripe                         car
kash.stripe.event                    action_retry                          a
kash.stripe.forget.wizard            action_forget                         a
kash.stripe.go.live.wizard           action_go_live                        a
kash.stripe.import.wizard            action_apply                          a
kash.stripe.keep.wizard              action_keep                           a
kash.stripe.moved.wizard             action_answer                         a
kash.stripe.movement                 action_open_entry                     car
kash.stripe.movement                 action_record                         car
kash.stripe.movement                 action_retry                          a
kash.stripe.notice                   action_open_record                    car
kash.stripe.notice                   action_send_again                     a
kash.stripe.opening.wizard           action_preview                        a
kash.stripe.opening.wizard           action_record                         a
kash.stripe.pay.link                 action_renew                          ca
kash.stripe.pay.link                 action_send_statement                 ca
kash.stripe.pay.link                 action_void                           ca
kash.stripe.payout                   action_record_by_hand                 a
kash.stripe.payout                   action_view_entries                   car
kash.stripe.payout                   action_view_rows                      car
kash.stripe.platform.wizard          action_encrypt                        -
kash.stripe.platform.wizard          action_forget                         -
kash.stripe.platform.wizard          action_save                           -
kash.stripe.proof                    action_export                         car
kash.stripe.proof                    action_print                          car
kash.stripe.proof                    action_prove_again                    a
kash.stripe.proof.line               action_open                           car
kash.stripe.proof.line               action_record_again                   a
kash.stripe.prove.wizard             action_prove                          a
kash.stripe.record.wizard            action_preview                        a
kash.stripe.record.wizard            action_record                         a
kash.stripe.run                      action_undo                           a
kash.stripe.run                      action_view_rows                      car
kash.stripe.sync.wizard              action_sync                           a
kash.stripe.undo.wizard              action_undo                           a
kash.stripe.uninstall.wizard         action_prepare                        a
account.bank.statement.line          action_kash_stripe_match              a
account.journal                      action_kash_stripe_links              car
account.journal                      action_kash_stripe_proof              car
account.move                         action_kash_stripe_create_link        ca
account.move                         action_kash_stripe_disputes           car
account.move                         action_kash_stripe_new_link           ca
account.move                         action_kash_stripe_resume_collecting  ca
account.move                         action_kash_stripe_resume_reminders   ca
account.move                         action_kash_stripe_send_again         ca
account.move                         action_kash_stripe_stop_reminders     ca
account.move                         action_kash_stripe_void_link          ca
account.payment                      action_kash_stripe_credit_note        ca
res.company                          action_kash_stripe_lock_dates         carep
res.company                          action_kash_stripe_reminder_rules     a
res.config.settings                  action_kash_stripe_lock_dates         -
res.config.settings                  action_kash_stripe_open               -
res.config.settings                  action_kash_stripe_reminder_rules     -
res.partner                          action_kash_stripe_payer_link         ca
res.partner                          action_kash_stripe_resume_reminders   -
res.partner                          action_kash_stripe_send_statement     ca
res.partner                          action_kash_stripe_stop_reminders     -
"""


def models():
    """Return {model: {operation: letters}}."""
    operations = ("read", "write", "create", "unlink")
    return {
        name: dict(zip(operations, letters, strict=True))
        for name, *letters in map(str.split, MODELS.strip().splitlines())
    }


def methods():
    """Return {(model, method): letters}."""
    lines = map(str.split, METHODS.strip().splitlines())
    return {(model, method): letters for model, method, letters in lines}
