# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import connect
from . import dispute
from . import pay
from . import portal
from . import proof
from . import webhook
