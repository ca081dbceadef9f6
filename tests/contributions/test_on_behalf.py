"""What the office does with a contribution for its giver."""

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from allmende.contributions import managing, staff_roles
from allmende.contributions.models import Declaration
from allmende.payments import pledges
from allmende.payments.models import Pledge
from allmende.people.roles import Role
from tests.contributions import money
from tests.contributions.cast import LENE
from tests.people import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    person = cast.staff("Nora", Role.OFFICE)
    staff_roles.lay_permissions()
    cast.come_in(client, person)
    mail.outbox.clear()
    return client


@pytest.fixture
def pledge() -> Pledge:
    """Lene gives monthly, and has not paid yet."""
    made = money.pledged(person=cast.reader(LENE, first_name="Lene"), at=timezone.now())
    made.items.create(
        period=0, due_on=made.anchor, cents=1200, method="transfer", changed_at=timezone.now()
    )
    return made


def at(pledge: Pledge) -> str:
    return f"/redaktion/contributions/givers/{pledge.pk}/"


def do(office: Client, pledge: Pledge, what: str, **more: str) -> str:
    answer = office.post(f"{at(pledge)}do/", {"do": what, **more}, follow=True)
    assert answer.status_code == 200
    pledge.refresh_from_db()
    return str(answer.content.decode())


def logged() -> list[str]:
    rows = ModelLogEntry.objects.filter(action__startswith="contributions.").order_by("pk")
    return [row.action.partition(".")[2] for row in rows]


def test_office_pauses_and_resumes_and_the_giver_is_told(office: Client, pledge: Pledge):
    until = managing.pause_choices(on=timezone.localdate())[2][0]
    assert f'value="{until}"' in office.get(at(pledge)).content.decode()
    do(office, pledge, "pause", until=until)
    assert (pledge.state, pledge.paused_until) == ("paused", dt.date.fromisoformat(until))
    do(office, pledge, "pause", until=until)  # a second click
    do(office, pledge, "resume")
    assert (pledge.state, len(mail.outbox)) == ("active", 2)
    assert logged() == ["pledge_paused", "pledge_resumed"]


@pytest.mark.parametrize("until", ["", "1999-01-01", "soon"])
def test_pause_until_some_other_day_is_refused(office: Client, pledge: Pledge, until: str):
    do(office, pledge, "pause", until=until)
    assert (pledge.state, mail.outbox, logged()) == ("active", [], [])


def test_ending_says_first_what_it_will_do(office: Client, pledge: Pledge):
    html = do(office, pledge, "end", why="reader")
    assert "1 geplante Zahlung wird nicht mehr verlangt" in html
    assert (pledge.state, mail.outbox) == ("active", [])
    do(office, pledge, "end", sure="yes")  # nobody said why
    assert pledge.state == "active"


def test_end_at_the_givers_wish_is_declared_and_confirmed(office: Client, pledge: Pledge):
    for _twice in range(2):
        do(office, pledge, "end", why="reader", sure="yes")
    assert (pledge.state, pledge.reason) == ("ended", "reader")
    declared = Declaration.objects.get()
    assert (declared.kind, declared.name, declared.handled_at is None) == ("end", "Lene", False)
    assert [sent.to for sent in mail.outbox] == [[LENE]]
    assert (logged(), pledge.items.get().state) == (["pledge_ended"], "waived")
    assert "/do/" not in office.get(at(pledge)).content.decode()


def test_death_ends_all_of_the_giver_quietly_merged_rows_too(office: Client, pledge: Pledge):
    twin = cast.reader("l@bote.example", merged_into=pledge.person)
    other = money.pledged(person=twin)
    assert "1 weitere Zusage" in do(office, pledge, "end", why="death")
    do(office, pledge, "end", why="death", sure="yes")
    other.refresh_from_db()
    assert [(one.state, one.reason) for one in (pledge, other)] == [("ended", "death")] * 2
    assert (mail.outbox, Declaration.objects.count()) == ([], 0)


def test_office_ends_by_itself_without_a_letter(office: Client, pledge: Pledge):
    do(office, pledge, "end", why="office", sure="yes")
    assert (pledge.state, pledge.reason, mail.outbox) == ("ended", "office", [])


def test_transfer_that_never_came_is_ended_too(office: Client):
    once = money.pledged(person=cast.reader(LENE), rhythm="once")
    do(office, once, "end", why="office", sure="yes")
    assert once.state == "ended"


def test_others_do_nothing(client: Client, pledge: Pledge):
    staff_roles.lay_permissions()
    cast.come_in(client, cast.staff("Jana", Role.BOOKKEEPER))
    answer = client.post(f"{at(pledge)}do/", {"do": "end", "why": "office", "sure": "yes"})
    assert answer.status_code in (302, 403)
    pledge.refresh_from_db()
    assert pledge.state == "active"


def test_all_that_a_merged_giver_pledged_ends_with_them(pledge: Pledge):
    twin = cast.reader("l@bote.example", merged_into=pledge.person)
    other = money.pledged(person=twin)
    assert pledges.end_all_of(twin, reason="death", at=timezone.now()) == 2
    other.refresh_from_db()
    assert other.state == "ended"
