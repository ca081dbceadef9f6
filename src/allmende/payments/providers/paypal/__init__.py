"""PayPal: Orders v2 for one payment, Subscriptions v1 for more, over httpx."""
