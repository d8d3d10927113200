"""The pages that Stripe would host."""
