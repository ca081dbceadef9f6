"""The port behind which mail leaves, and its adapters.

A transport takes letters from the desk, has them noted before each of them ends, and tells what
became of it. Adapters: `smtp` (a relay, or several), `service` (an e-mail service, by
django-anymail), `folder` (.eml files), `dummy` (remembers what it was given). docs/adding/
mail-transport.md adds one.
"""

from collections.abc import Callable
from typing import Protocol

from allmende.mailroom.letters import Letter, Outcome


class Desk(Protocol):
    """What a transport sees of the sender."""

    def take(self) -> Letter | None:
        """The next letter, first those of single mails; None when none may leave now."""
        ...

    def note(self, letters: list[Letter]) -> None:
        """Call before the ends of these letters are sent: it is on disk when this returns. Notes
        all outcomes told before, too. Raises OSError."""
        ...

    def noting(self, letters: list[Letter]) -> Callable[[], None]:
        """As `note`, in two steps: only when what it gives back has been called, in whatever
        thread, are they on disk. Nothing else is noted meanwhile."""
        ...

    def ended(self, letter: Letter, outcome: Outcome) -> None: ...


class Transport(Protocol):
    def carry(self, desk: Desk) -> float:
        """Hands over letters until the desk has none and nothing is on its way.

        Returns the seconds for which it is of no use to come again.
        """
        ...

    def close(self) -> None: ...
