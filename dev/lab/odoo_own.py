"""Odoo's own tests of what the addon stands in, run with the addon installed."""

# Where the addon overrides or adds to Odoo; chosen to take seconds together.
TESTS = (
    # Our computes on every invoice form.
    "/account:TestAccountMoveOutInvoiceOnchanges.test_invoice_with_empty_currency",
    # Our guards on every payment provider and transaction.
    "/payment:TestPaymentProvider",
    "/payment:TestPaymentTransaction",
    "/account_payment:TestPaymentProvider",
    # Our share in what is left to refund, in posting and in journals.
    "/account_payment:TestAccountPayment",
    # It draws with a library that Odoo does not require.
    "-/account_payment:TestAccountPayment.test_generate_and_send_invoice_with_qr_code",
)
TAGS = ",".join(TESTS)
