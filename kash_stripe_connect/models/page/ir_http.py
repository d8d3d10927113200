# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from werkzeug.exceptions import HTTPException

from odoo import models
from odoo.exceptions import UserError
from odoo.http import Response, request

from .trouble import RETRY_SECONDS, trouble_page

# The customer's pages; what goes wrong there is shown to somebody without a login.
_OURS = "/kash/pay"


class PageIrHttp(models.AbstractModel):
    """What a customer sees when a page of ours fails."""

    _inherit = "ir.http"

    @classmethod
    def _handle_error(cls, exception):
        """Override of `http_routing`: a page of ours, and no word of what happened.

        By now Odoo has run again what it runs again; it logs the traceback, once.
        """
        answer = super()._handle_error(exception)
        code = _trouble_code(exception, answer)
        if not code or not request.httprequest.path.startswith(_OURS):
            return answer
        if isinstance(exception, UserError):
            # A sentence for somebody else; Odoo logs it without its traceback.
            exception.loglevel, exception.exc_info = logging.ERROR, exception
        return Response(
            trouble_page(request.env.context.get("lang") or "en_US"),
            status=code,
            headers=[("Cache-Control", "no-store"), ("Retry-After", RETRY_SECONDS)],
        )


def _trouble_code(exception, answer):
    """Return the status of what is our trouble; None for what a visitor did.

    Odoo makes a 4xx of a sentence for a person with a login, who is not here.
    """
    if isinstance(exception, HTTPException):
        return exception.code if exception.code and exception.code >= 500 else None
    return 500 if isinstance(answer, HTTPException) else None
