"""How fast Stripe's activity gets into the books, beside other ways to do it."""
