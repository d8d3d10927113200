# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.http import Controller, content_disposition, request

from .routing import route

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class KashStripeProofController(Controller):
    """The proof on paper and as a spreadsheet, for who may read it."""

    @route("/kash/proof/<string:proof_id>", type="http", auth="user", methods=["GET"])
    def page(self, proof_id: int):
        """Show the page that prints, or saves as PDF."""
        proof = self._proof(proof_id)
        return request.render("kash_stripe_connect.proof_page", {"proof": proof})

    @route(
        "/kash/proof/<string:proof_id>/xlsx", type="http", auth="user", methods=["GET"]
    )
    def xlsx(self, proof_id: int):
        """Hand out the proof as a spreadsheet."""
        proof = self._proof(proof_id)
        name = f"{proof._export_name()}.xlsx"
        return request.make_response(
            proof._export_xlsx(),
            headers=[
                ("Content-Type", _XLSX),
                ("Content-Disposition", content_disposition(name)),
            ],
        )

    def _proof(self, proof_id):
        """Return the proof; 403 or 404 for who may not see it."""
        proof = request.env["kash.stripe.proof"].browse(proof_id).exists()
        if not proof:
            raise request.not_found()
        proof.check_access("read")
        return proof
