"""Keys of one test are never seen by another."""

from tests.cooperative.conftest import own_keys, paper

__all__ = ["own_keys", "paper"]
