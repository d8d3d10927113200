"""An emulator of the parts of Stripe that this project talks to."""

from .controls import Account, ControlError
from .emulator import StripeEmulator
from .outbox import Delivery, Outbox
from .settings import API_VERSION

__all__ = [
    "API_VERSION",
    "Account",
    "ControlError",
    "Delivery",
    "Outbox",
    "StripeEmulator",
]
