"""What the dummies of all providers have in common: moods, a clock, a stage, a messenger.

A dummy is a provider to try things with. It ships with the product, serves the demo and the tests,
and misbehaves on purpose, as real providers do.
"""
