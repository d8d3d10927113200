"""What a test or a demo does to the emulator: the customer, the clock, trouble.

Everything here has its twin under `/_control/` (`control_http.py`).
"""

from .accounts import AccountControls
from .base import Account, ControlError
from .objects import ObjectControls
from .payments import PaymentControls


class Controls(AccountControls, PaymentControls, ObjectControls):
    """The hands of a test inside the emulator."""


__all__ = ["Account", "ControlError", "Controls"]
