"""What transports share that hand over one letter after the other."""

from collections.abc import Callable

from allmende.mailroom.letters import Letter, Outcome
from allmende.mailroom.transports import Desk


def carry(desk: Desk, send: Callable[[Letter], Outcome]) -> float:
    while letter := desk.take():
        desk.note([letter])
        desk.ended(letter, send(letter))
    desk.note([])
    return 0.0
