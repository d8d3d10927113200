-- A neutralised copy must never talk to the original's Stripe account.
UPDATE kash_stripe_account
   SET connected = FALSE,
       charges_enabled = FALSE,
       status = 'not_connected',
       publishable_key = NULL,
       webhook_endpoint = NULL,
       webhook_ref = NULL;

-- Every key, the platform's too, and what somebody typed last.
DELETE FROM kash_stripe_secret;

-- What else would lead to the operator's platform; the secrets lay here once.
DELETE FROM ir_config_parameter
 WHERE key IN (
    'kash_stripe_connect.platform_secret_key',
    'kash_stripe_connect.platform_publishable_key',
    'kash_stripe_connect.platform_client_id',
    'kash_stripe_connect.platform_webhook_secret'
);
