# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import account_payment_register
from . import kash_stripe_account_wizard
from . import kash_stripe_books_wizard
from . import kash_stripe_connect_wizard
from . import kash_stripe_disconnect_wizard
from . import kash_stripe_go_live_wizard
from . import kash_stripe_import_wizard
from . import kash_stripe_opening_wizard
from . import kash_stripe_record_wizard
from . import kash_stripe_deposit_wizard
from . import kash_stripe_refund_split
from . import kash_stripe_refund_part
from . import payment_refund_wizard
from . import kash_stripe_credit_note_wizard
from . import kash_stripe_reminder_preview
