"""The WSGI application: which room answers which path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from .api import ApiRequest
from .pages import (
    checkout,
    embedded,
    express,
    kit,
    oauth,
    onboarding,
    receipt,
    stripe_js,
    waiting,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from .control_http import HttpControls
    from .world import World

LARGEST = 10_000_000


class App:
    """API, hosted pages and controls under one address."""

    def __init__(self, world: World, control: HttpControls) -> None:
        self.world = world
        self.control = control

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = LARGEST
        request.max_form_memory_size = LARGEST
        request.max_form_parts = 10_000
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path.startswith("/_control/"):
            return self.control.answer(request)
        if request.path == stripe_js.PATH:
            return stripe_js.serve(self.world, request)
        with self.world.lock:
            if page := self._page(request):
                return page
        if request.path == "/":
            return kit.notice("Stripe emulator", "It is running. See docs/emulator.md.")
        return ApiRequest(self.world, request).answer()

    def _page(self, request: Request) -> Response | None:
        """Return the hosted page at this path, if there is one."""
        world, path = self.world, request.path
        world.clock.tick()
        if match := re.fullmatch(r"/c/pay/(cs_\w+)", path):
            return checkout.serve(world, request, match[1])
        if match := re.fullmatch(r"/embedded/(cs_\w+)", path):
            return embedded.serve(world, request, match[1])
        if match := re.fullmatch(r"/voucher/(pi_\w+)", path):
            return waiting.voucher(world, match[1])
        if match := re.fullmatch(r"/verify/(pi_\w+)", path):
            return waiting.verify(world, request, match[1])
        if match := re.fullmatch(r"/receipts/(\w+)", path):
            return receipt.serve(world, match[1])
        if match := re.fullmatch(r"/setup/[sec]/(acct_\w+)/(\w+)", path):
            return onboarding.serve(world, request, match[1], match[2])
        if match := re.fullmatch(r"/express/(acct_\w+)/(\w+)", path):
            return express.serve(world, match[1], match[2])
        if path == "/oauth/authorize":
            return oauth.serve(world, request)
        return None
