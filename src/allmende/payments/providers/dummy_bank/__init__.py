"""A bank that ships with the product, for demo, tests and simulation. It misbehaves on purpose."""
