"""Remembers what it was given; for trying out, and for tests."""

from collections.abc import Callable
from dataclasses import replace

from allmende.mailroom.letters import Fate, Letter, Outcome
from allmende.mailroom.transports import Desk, one_by_one


class Dummy:
    """answer: what becomes of a letter; without it every one is accepted."""

    def __init__(self, answer: Callable[[Letter], Outcome] | None = None) -> None:
        self.sent: list[Letter] = []
        self._answer = answer or (lambda letter: Outcome(Fate.ACCEPTED, queue_id=str(letter.pk)))

    def carry(self, desk: Desk) -> float:
        return one_by_one.carry(desk, self._send)

    def _send(self, letter: Letter) -> Outcome:
        outcome = self._answer(letter)
        if outcome.fate == Fate.ACCEPTED:
            self.sent.append(replace(letter))  # the desk takes its content away
        return outcome

    def close(self) -> None:
        """Nothing is open."""


def of_address(address: str, *, share: int) -> Dummy:
    return Dummy()
