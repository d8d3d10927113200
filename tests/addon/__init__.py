# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_books
from . import test_connect
from . import test_disconnect
from . import test_endpoint
from . import test_i18n
from . import test_live
from . import test_no_double_payment
from . import test_notice
from . import test_pay_link
from . import test_pay_page
from . import test_platform
from . import test_record
from . import test_rights
from . import test_status
from . import test_trouble
from . import test_webhook
