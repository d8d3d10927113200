"""What a test or a demo does to the emulator: the customer, the clock, trouble.

Everything here has its twin under `/_control/` (`control_http.py`).
"""

from .base import Account, ControlError
from .debits import DebitControls
from .disputes import DisputeControls
from .ledger import LedgerControls
from .objects import ObjectControls
from .onboarding import OnboardingControls
from .payments import PaymentControls
from .payouts import PayoutControls
from .platforms import PlatformControls
from .refunds import RefundControls
from .waiting import WaitingControls
from .webhooks import WebhookControls


class Controls(
    PlatformControls,
    OnboardingControls,
    WebhookControls,
    PaymentControls,
    DebitControls,
    WaitingControls,
    RefundControls,
    DisputeControls,
    PayoutControls,
    LedgerControls,
    ObjectControls,
):
    """The hands of a test inside the emulator."""


__all__ = ["Account", "ControlError", "Controls"]
