"""Limits by domain: so many at once, so many a second, and nobody waits for another's limit."""

import pytest

from allmende.mailroom import deliver, guard
from allmende.mailroom.composing import Composer
from allmende.mailroom.desk import Desk
from allmende.mailroom.letters import Fate, Letter, Outcome
from allmende.mailroom.models import Message
from allmende.mailroom.throttle import Bucket, DomainLimit, Domains
from allmende.mailroom.transports.dummy import Dummy
from tests.mailroom.cast import NOON, batch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_journal(settings, tmp_path):
    settings.MAILROOM = settings.MAILROOM | {"journal": tmp_path / "journal"}


class Clock:
    """Seconds that pass when we say so."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def mailing(*domains: str) -> None:
    made = batch(len(domains))
    for row, domain in zip(made.messages.order_by("pk"), domains, strict=True):
        Message.objects.filter(pk=row.pk).update(address=f"leserin@{domain}")


def take_all(desk: Desk) -> list[Letter]:
    return list(iter(desk.take, None))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_desk(clock: Clock):
    """A desk with letters on it, by limits."""
    files = []

    def opened(limits: dict[str, DomainLimit]) -> Desk:
        files.append(guard.begin(at=NOON))
        desk = Desk(files[0], Composer(), Domains(limits), bulk=True, clock=clock)
        desk.refill(at=NOON)
        return desk

    yield opened
    for file in files:
        file.close()


def test_a_domain_has_no_more_letters_on_their_way_than_it_may(open_desk):
    mailing("gmx.de", "gmx.de", "gmx.de", "web.de", "gmx.de")
    desk = open_desk({"gmx.de": DomainLimit(connections=2)})
    first = take_all(desk)
    assert [letter.domain for letter in first] == ["gmx.de", "gmx.de", "web.de"]
    desk.ended(first[0], Outcome(Fate.ACCEPTED))
    assert [letter.domain for letter in take_all(desk)] == ["gmx.de"]


def test_a_domain_has_no_more_letters_a_second_than_it_may(open_desk, clock):
    mailing(*["gmx.de"] * 7)
    desk = open_desk({"*": DomainLimit(rate=2)})
    counts = []
    for _ in range(4):
        letters = take_all(desk)
        counts.append(len(letters))
        for letter in letters:
            desk.ended(letter, Outcome(Fate.DEFERRED, "451"))
        clock.now += 1
    assert counts == [2, 2, 2, 1]


def test_a_named_domain_is_not_held_to_the_limit_of_the_others(open_desk):
    mailing("gmx.de", "gmx.de", "web.de", "web.de")
    desk = open_desk({"*": DomainLimit(connections=1), "web.de": DomainLimit()})
    assert [letter.domain for letter in take_all(desk)] == ["gmx.de", "web.de", "web.de"]


def test_a_rate_lets_a_second_s_worth_pass_at_once_and_no_more():
    bucket = Bucket(3)
    assert [bucket.take(10.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.wait(10.0) == pytest.approx(1 / 3)
    assert [bucket.take(1_000.0) for _ in range(4)] == [True, True, True, False]


def test_no_letter_of_a_limited_domain_is_lost(settings):
    settings.MAILROOM = settings.MAILROOM | {"limits": [("gmx.de", 1, 0.0)]}
    mailing(*["gmx.de", "web.de"] * 10)
    dummy = Dummy()
    while deliver.work(at=NOON, transport=dummy):
        pass
    assert len(dummy.sent) == 20
    assert not Message.objects.exclude(state="handed over").exists()
