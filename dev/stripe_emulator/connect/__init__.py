"""Connect: platforms, the accounts they open or connect, and their onboarding."""
