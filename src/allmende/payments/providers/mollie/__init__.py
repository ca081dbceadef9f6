"""Mollie: cards and more on a hosted page, so that no card data touches the server."""
