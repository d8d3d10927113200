"""The emulator as a test uses it: `with StripeEmulator(seed=1) as stripe:`."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from . import catalogue
from .app import App
from .control_http import HttpControls
from .controls import Controls
from .resources import event
from .savepoint import Savepoint
from .server import ServerThread
from .world import Rooms, World

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self


class StripeEmulator(Controls):
    """A Stripe of one's own on a free port of this machine."""

    def __init__(
        self,
        seed: int | str | None = None,
        now: int | None = None,
        *,
        port: int = 0,
        follow: bool = False,
    ) -> None:
        chosen = secrets.token_hex(8) if seed is None else seed
        rooms = Rooms(catalogue.timers(), event.make)
        super().__init__(World(rooms, chosen, now, follow=follow))
        self._server = ServerThread(App(self.world, HttpControls(self)), port)
        self.url = self.world.base_url = self._server.url

    def start(self) -> Self:
        """Begin to answer."""
        self._server.start()
        return self

    def stop(self) -> None:
        """Close the socket and wait for every thread."""
        self.world.stopping.set()
        self._server.stop()

    def savepoint(self) -> Savepoint:
        """Return what brings back, once, all that is known now."""
        return Savepoint(self.world)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
