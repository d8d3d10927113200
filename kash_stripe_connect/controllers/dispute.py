# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.http import Controller, content_disposition, request

from .routing import route


class KashStripeDisputeController(Controller):
    """What a clerk answers a customer's bank with."""

    @route(
        "/kash/dispute/<string:dispute_id>/evidence",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def evidence(self, dispute_id: int):
        """Hand the bundle to whoever may see the dispute; others learn nothing."""
        dispute = request.env["kash.stripe.dispute"].browse(dispute_id).exists()
        if not dispute or not dispute.has_access("read"):
            raise request.not_found()
        bundle = dispute._evidence_zip()
        return request.make_response(
            bundle,
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Length", str(len(bundle))),
                (
                    "Content-Disposition",
                    content_disposition(f"{dispute.dispute_id}.zip"),
                ),
                ("Cache-Control", "no-store"),
            ],
        )
