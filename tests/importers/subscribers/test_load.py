"""Taking in a list: nobody without proof, nobody against their will, nobody twice."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from allmende.importers.models import SubscriberList
from allmende.importers.subscribers import load
from allmende.mailroom import suppression
from allmende.mailroom.models import Suppression
from allmende.newsletters import export, growth, subscribe, taking_in
from allmende.newsletters.models import Change, Newsletter, Subscription
from allmende.people import consents
from allmende.people.models import Consent, ContactAddress, Person
from tests.newsletters.test_subscribe import AT, HOUR, LENE, confirmed, newsletter
from tests.people import cast

pytestmark = pytest.mark.django_db
LONG_AGO = dt.datetime(2021, 3, 4, 10, tzinfo=dt.UTC)
WORDS, SOURCE = "Yes, one mail a week.", "the old website"
HEADER = "email,first name,confirmed,source\n"


@pytest.fixture
def letter() -> Newsletter:
    return newsletter("friday")


def table(*emails: str) -> bytes:
    lines = [f"{email},Otto,{LONG_AGO.isoformat()},{SOURCE}" for email in emails]
    return (HEADER + "\n".join(lines)).encode()


def loaded(letter: Newsletter, raw: bytes, **more: Any) -> SubscriberList:
    found = load.hand_in(letter, raw=raw, name="list.csv", at=AT, **{"words": WORDS, **more})
    load.look_through(found, at=AT)
    told = dict(found.report)
    assert load.begin(found, at=AT)
    load.take_in(found, at=AT)
    assert found.report == told  # the report told what would happen
    return found


def counts(found: SubscriberList) -> dict[str, int]:
    return dict(found.report["counts"])


def test_new_ones_come_with_their_proof(letter: Newsletter) -> None:
    loaded(letter, table("Otto@bote.example"))
    (row,) = Subscription.objects.receiving()
    assert (row.confirmed_at, row.source) == (LONG_AGO, SOURCE)
    assert row.wording is not None
    assert row.wording.text == WORDS
    proof = consents.current(row.person, purpose=letter.purpose)
    assert proof is not None
    assert (proof.at, proof.address_hash) == (LONG_AGO, consents.address_hash("otto@bote.example"))
    (change,) = row.changes.all()
    assert (change.was, change.became, change.way) == ("", "confirmed", Change.Way.IMPORT)
    assert row.person.confirmed_at == LONG_AGO
    assert not row.person.has_usable_password()


def test_twice_the_same_list_adds_nobody(letter: Newsletter) -> None:
    raw = table("a@bote.example", "b@bote.example", "a@bote.example")
    assert counts(loaded(letter, raw)) == {"new": 2, "there": 1}
    assert counts(loaded(letter, raw)) == {"there": 3}
    assert (Subscription.objects.count(), Person.objects.count()) == (2, 2)


def test_who_left_is_never_taken_in_again(letter: Newsletter) -> None:
    row = confirmed(letter)
    subscribe.leave(row, at=AT + HOUR, way=Change.Way.PAGE)
    assert counts(loaded(letter, table(LENE))) == {"left": 1}
    row.delete()  # as erasure does; the keyed hash of the address is left
    ContactAddress.objects.all().delete()
    assert counts(loaded(letter, table(LENE))) == {"left": 1}
    other = newsletter("sunday")
    assert counts(loaded(other, table(LENE))) == {"new": 1}


def test_barred_addresses_stay_out(letter: Newsletter) -> None:
    suppression.suppress(LENE, Suppression.Why.COMPLAINT, at=AT)
    assert counts(loaded(letter, table(LENE, "b@bote.example"))) == {"barred": 1, "new": 1}


def test_paused_stays_paused_and_a_wish_is_fulfilled(letter: Newsletter) -> None:
    paused = confirmed(letter)
    subscribe.pause(paused, at=AT, way=Change.Way.PAGE)
    subscribe.ask(letter, email="b@bote.example", at=AT)
    assert counts(loaded(letter, table(LENE, "b@bote.example"))) == {"there": 1, "new": 1}
    paused.refresh_from_db()
    assert paused.state == "paused"
    assert Subscription.objects.get(address__email="b@bote.example").state == "confirmed"
    assert Person.objects.count() == 2


def test_lines_without_proof_are_refused_with_line_and_column(letter: Newsletter) -> None:
    raw = (
        b"email;confirmed;status;source\n"
        b"a@bote.example;;;x\n"
        b"no address;2023-01-01;;x\n"
        b"\n"
        b"b@bote.example;2999-01-01;;x\n"
        b"c@bote.example;2023-01-01;unsubscribed;x\n"
        b"d@bote.example;2023-01-01;Pending;x\n"
        b"e@bote.example;01/02/2023;;x\n"
        b"f@bote.example;2023-01-01;;\n"
        b"g@bote.example;2023-01-01;schon;x\n"
        b"h@bote.example;2023-01-01;aktiv;x\n"
    )
    found = loaded(letter, raw)
    assert counts(found) == {"wrong": 8, "new": 1}
    assert found.report["faults"] == [
        [2, "confirmed_at", "no time"],
        [3, "email", "bad address"],
        [5, "confirmed_at", "future"],
        [6, "status", "left there"],
        [7, "status", "not confirmed"],
        [8, "confirmed_at", "bad time"],
        [9, "source", "no source"],
        [10, "status", "strange status"],
    ]
    assert counts(loaded(letter, table("z@bote.example"), words="")) == {"wrong": 1}


def test_taking_in_goes_on_after_the_last_lot_and_only_once(
    letter: Newsletter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "LOT", 2)
    found = load.hand_in(
        letter, raw=table(*(f"r{n}@bote.example" for n in range(7))), name="x", words=WORDS, at=AT
    )
    load.look_through(found, at=AT)
    load.begin(found, at=AT)
    other = SubscriberList.objects.get(pk=found.pk)

    class Killed(Exception):
        pass

    def die(done: int, total: int) -> None:
        if done == 4:
            raise Killed

    with pytest.raises(Killed):
        load.take_in(found, at=AT, progress=die)
    with pytest.raises(load.OutOfTurn):
        load.take_in(other, at=AT)  # its lot was another's meanwhile
    assert Subscription.objects.count() == 4
    again = SubscriberList.objects.get(pk=found.pk)
    load.take_in(again, at=AT)
    assert (Subscription.objects.count(), counts(again)) == (7, {"new": 7})
    assert (again.state, SubscriberList.objects.get().content) == ("done", None)
    with pytest.raises(load.OutOfTurn):
        load.take_in(other, at=AT)


def test_lot_of_many_costs_as_many_questions_as_of_one(
    letter: Newsletter, django_assert_max_num_queries: Any
) -> None:
    some = [
        taking_in.Entry(f"r{n}@bote.example", "", "", AT, AT, WORDS, SOURCE) for n in range(300)
    ]
    with django_assert_max_num_queries(60):
        found = taking_in.take_in(letter, some, at=AT, by=None)
    assert set(found) == {taking_in.Outcome.NEW}
    assert growth.states(letter)["confirmed"] == 300


def test_export_comes_back_as_it_went(letter: Newsletter) -> None:
    raw = table("=sum@bote.example", "b@bote.example").replace(b"Otto", b"=1+1")
    loaded(letter, raw)
    text = "".join(export.lines(letter, states=["confirmed"], zone=dt.UTC))
    assert ",=" not in text
    assert "'=1+1" in text
    assert "'=sum@bote.example" in text
    copy = newsletter("copy")
    assert counts(loaded(copy, text.encode(), words="")) == {"new": 2}
    emails = Subscription.objects.filter(newsletter=copy).values_list("address__email", flat=True)
    assert sorted(emails) == ["=sum@bote.example", "b@bote.example"]
    assert Person.objects.filter(first_name="=1+1").count() == 2
    assert Consent.objects.filter(wording__purpose=copy.purpose, wording__text=WORDS).count() == 2


def test_forgotten_lists_lose_their_addresses(letter: Newsletter) -> None:
    found = load.hand_in(letter, raw=table(LENE), name="x", words=WORDS, at=AT)
    load.forget_old(at=AT + dt.timedelta(days=13))
    assert SubscriberList.objects.get().content
    load.forget_old(at=AT + dt.timedelta(days=15))
    found = SubscriberList.objects.get()
    assert (found.state, found.content) == ("given up", None)


def hand_in(client: Client, letter: Newsletter, raw: bytes, **more: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = {"newsletter": letter.pk, "words": WORDS, "file": SimpleUploadedFile("l.csv", raw)}
    return client.post(reverse("subscriber_lists"), data | more, follow=True)


@pytest.fixture
def office(client: Client) -> Client:
    from allmende.newsletters import staff_roles

    person = cast.staff("Otto", "office")
    staff_roles.lay_permissions()
    cast.come_in(client, person)
    return client


def test_office_names_columns_looks_and_takes_in(office: Client, letter: Newsletter) -> None:
    raw = b"Wer,Wann,Woher\nlene@x.example,2021-03-04,Fest\n,2021-03-04,Fest\n"
    page = hand_in(office, letter, raw)
    found = SubscriberList.objects.get()
    assert found.state == "mapping"
    columns = reverse("subscriber_list_columns", args=[found.pk])
    wrong = office.post(columns, {"column-0": "email"})
    assert wrong.status_code == 200
    assert SubscriberList.objects.get().state == "mapping"
    named = {"column-0": "email", "column-1": "confirmed_at", "column-2": "source"}
    page = office.post(columns, named, follow=True)
    assert b"http-equiv" in page.content
    found.refresh_from_db()
    load.look_through(found, at=AT)
    show = reverse("subscriber_list", args=[found.pk])
    assert office.get(show).status_code == 200
    office.post(reverse("subscriber_list_run", args=[found.pk]), {"do": "take in"})
    found.refresh_from_db()
    assert found.state == "loading"
    load.take_in(found, at=AT)
    assert office.get(show).status_code == 200
    assert Subscription.objects.get().changes.get().by == found.by


def test_what_is_no_table_is_told_beside_the_field(office: Client, letter: Newsletter) -> None:
    for raw in (b"PK\x03\x04\0", b"email,confirmed\n", b"\n"):
        answer = hand_in(office, letter, raw)
        assert answer.status_code == 200
        assert answer.context["form"].errors["file"]
    assert SubscriberList.objects.count() == 0


def test_lists_are_closed_to_editors(client: Client, letter: Newsletter) -> None:
    cast.come_in(client, cast.staff("Jana", "editor"))
    assert client.get(reverse("subscriber_lists")).status_code == 302


def test_merged_rows_are_one_person(letter: Newsletter) -> None:
    row = confirmed(letter)
    other = Person.objects.create_user(confirmed_at=AT)
    ContactAddress.objects.create(person=other, email="b@bote.example", confirmed_at=AT)
    Person.objects.filter(pk=other.pk).update(merged_into=row.person)
    assert counts(loaded(letter, table("b@bote.example"))) == {"there": 1}
    loaded(newsletter("sunday"), table("b@bote.example"))
    assert Subscription.objects.get(newsletter__slug="sunday").person == row.person
