-- A neutralised copy must never talk to the original's Stripe account.
UPDATE kash_stripe_account
   SET connected = FALSE,
       charges_enabled = FALSE,
       status = 'not_connected',
       secret_key = NULL,
       publishable_key = NULL,
       webhook_secret = NULL,
       webhook_endpoint = NULL,
       webhook_ref = NULL;
