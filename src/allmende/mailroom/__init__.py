"""The mailroom: every mail that leaves is a row first, and leaves once.

A machine that knows nothing of newspapers. `outbox` takes mail in, `deliver` hands it over,
`batches` tells how far a mailing is; docs/flows.md shows how they work together.
"""
