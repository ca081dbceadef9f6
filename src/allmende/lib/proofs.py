"""Lists that must be empty: what must never happen, asked of the data.

    register(Proof("ledger balances", _("Every entry adds up to zero."), uneven))

An app registers its proofs in `AppConfig.ready()`. `allmende check` and the staff's screen of open
questions ask all of them. A proof reads, changes nothing, and may take its time.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

MOST = 20  # lines that are told of one list


@dataclass(frozen=True)
class Proof:
    """name: short, for scripts, unique. promise: what holds as long as the list is empty, for
    people; may be translated when shown. wrong: one line for each thing that is not so, with ids,
    never with names."""

    name: str
    promise: Any
    wrong: Callable[[], Iterable[str]]


_all: dict[str, Proof] = {}


def register(proof: Proof) -> None:
    """Registering the same again changes nothing.

    Raises ValueError where another proof has the name.
    """
    if _all.setdefault(proof.name, proof) != proof:
        raise ValueError(f"two proofs are called {proof.name!r}")


def registered() -> list[Proof]:
    """All proofs by name."""
    return [_all[name] for name in sorted(_all)]
