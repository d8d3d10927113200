"""The complete run of the tests: jobs, side by side, and what came of them."""
