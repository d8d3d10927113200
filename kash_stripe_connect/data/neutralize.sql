-- A neutralised copy must never talk to the original's Stripe account.
UPDATE kash_stripe_account
   SET connected = FALSE,
       charges_enabled = FALSE,
       status = 'not_connected',
       secret_key = NULL,
       publishable_key = NULL,
       webhook_secret = NULL,
       webhook_secret_old = NULL,
       webhook_endpoint = NULL,
       webhook_ref = NULL;

-- What somebody typed last.
DELETE FROM kash_stripe_secret;

-- Nor through the operator's platform.
DELETE FROM ir_config_parameter
 WHERE key IN (
    'kash_stripe_connect.platform_secret_key',
    'kash_stripe_connect.platform_publishable_key',
    'kash_stripe_connect.platform_client_id',
    'kash_stripe_connect.platform_webhook_secret'
);
