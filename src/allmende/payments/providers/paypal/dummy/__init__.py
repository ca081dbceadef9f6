"""A PayPal to try things with: its interface, its approval page, its events; no money moves.

It answers as PayPal's OpenAPI files want it (a test holds it to them), signs its events with a key
of its own, and misbehaves as `dummies.moods` says.
"""
