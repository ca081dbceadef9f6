"""A Mollie to try things with: its interface, its hosted page, its calls; no money moves."""
