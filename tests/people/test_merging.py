"""Two rows become one person, and nothing that anybody agreed to, has or got is lost."""

import datetime as dt

import pytest
from django.test import Client

from allmende.mailroom import outbox
from allmende.mailroom.content import Content
from allmende.newsletters import subscribe
from allmende.newsletters.models import Change, Newsletter, Subscription
from allmende.people import addresses, consents, export, merging
from allmende.people.kin import family, root
from allmende.people.models import Consent, ContactAddress, Person
from tests.newsletters.test_subscribe import AT, HOUR, newsletter
from tests.people import cast

pytestmark = pytest.mark.django_db
LENE, ALSO = "lene@bote.example", "l.brandt@weit.example"
State = Subscription.State
STATES = [None, *State]


def subscribed(person: Person, letter: Newsletter, state: str | None) -> None:
    """Brings a person into a state by the deeds that lead there."""
    if state is None:
        return
    address = person.contact_addresses.get()
    subscribe.note(letter, address=address, at=AT, source="test")
    if state == State.ASKED:
        return
    (row,) = subscribe.confirm(address, newsletters=[letter.pk], at=AT + HOUR)
    if state == State.PAUSED:
        subscribe.pause(row, at=AT + 2 * HOUR, way=Change.Way.PAGE)
    elif state == State.LEFT:
        subscribe.leave(row, at=AT + 2 * HOUR, way=Change.Way.PAGE)
    elif state == State.SUSPENDED:
        subscribe.suspend(row, reason="full", at=AT + 2 * HOUR, way=Change.Way.BOUNCE)


def test_merging_loses_nothing_whatever_both_had() -> None:
    """All pairs of states, each with a newsletter of its own, in one merge."""
    two = [cast.reader(LENE), cast.reader(ALSO)]
    pairs = {}
    for number, pair in enumerate((one, other) for one in STATES for other in STATES):
        letter = newsletter(f"n{number}")
        pairs[letter] = pair
        for person, state in zip(two, pair, strict=True):
            subscribed(person, letter, state)
    content = Content(sender="Bote <post@bote.example>", subject="x", text="x", html="")
    batch = outbox.open_batch("newsletter:1:issue:1", content=content, at=AT)
    outbox.freeze(batch, [(one.pk, one.email, {}) for one in two], at=AT)
    proof = set(Consent.objects.values_list("pk", flat=True))
    before, changes = Subscription.objects.count(), Change.objects.count()

    merging.merge(two[0], into=two[1], by=None, at=AT + 3 * HOUR)

    assert set(Consent.objects.values_list("pk", flat=True)) == proof
    assert Subscription.objects.count() == before
    told = export.as_data(two[1], at=AT)
    assert (len(told["consents"]), len(told["subscriptions"])) == (len(proof), before)
    assert len(told["issues"]) == 2
    assert len(told["subscription_changes"]) == Change.objects.count() > changes
    for letter, pair in pairs.items():
        had = [state for state in subscribe.STRONGEST if state in pair]
        alive = [row.state for row in subscribe.of_person(two[1]).filter(newsletter=letter)]
        assert alive[:1] == had[:1], pair
        assert all(state == State.LEFT for state in alive[1:]), pair
        agreed = any(state in (State.CONFIRMED, State.PAUSED, State.SUSPENDED) for state in pair)
        assert bool(consents.current(two[1], purpose=letter.purpose)) is agreed, pair


def test_leaving_after_a_merge_ends_every_consent() -> None:
    two, letter = [cast.reader(LENE), cast.reader(ALSO)], newsletter("friday")
    for person in two:
        subscribed(person, letter, State.CONFIRMED)
    merging.merge(two[0], into=two[1], by=None, at=AT + 3 * HOUR)
    row = Subscription.objects.receiving().get()
    assert row.address.email == ALSO  # of the row that stays
    subscribe.leave(row, at=AT + 4 * HOUR, way=Change.Way.PAGE)
    assert consents.current(two[1], purpose=letter.purpose) is None
    kinds = list(Consent.objects.values_list("kind", flat=True))
    assert sorted(kinds) == ["given", "given", "withdrawn", "withdrawn"]


def test_asking_with_a_merged_address_finds_the_person_again() -> None:
    gone, stays, letter = cast.reader(LENE), cast.reader(ALSO), newsletter("friday")
    merging.merge(gone, into=stays, by=None, at=AT)
    subscribe.ask(letter, email=LENE, at=AT + HOUR)
    row = Subscription.objects.get()
    assert (row.person, row.address.email, Person.objects.count()) == (stays, LENE, 2)
    subscribe.confirm(row.address, newsletters=[letter.pk], at=AT + 2 * HOUR)
    gone.refresh_from_db()
    assert consents.current(gone, purpose=letter.purpose) is not None


def test_all_addresses_open_the_row_that_stays(client: Client) -> None:
    gone, stays = cast.reader(LENE), cast.reader(ALSO)
    for email in (LENE, ALSO):
        cast.sign_in(Client(), email)
    cast.sign_in(client, LENE)
    moved = merging.merge(gone, into=stays, by=None, at=cast.NOW)
    assert (moved.addresses, client.get("/konto/").status_code) == (1, 302)
    cast.sign_in(client, LENE)
    assert client.session["_auth_user_id"] == str(stays.pk)
    assert [(row.email, row.primary) for row in addresses.of(stays)] == [
        (ALSO, True),
        (LENE, False),
    ]


def test_never_signed_in_addresses_open_it_too(client: Client) -> None:
    gone, stays = cast.reader(LENE), cast.reader(ALSO)
    ContactAddress.objects.filter(email=ALSO).update(confirmed_at=cast.NOW + dt.timedelta(days=1))
    merging.merge(gone, into=stays, by=None, at=cast.NOW)
    for visitor, email in ((client, LENE), (Client(), ALSO)):
        cast.sign_in(visitor, email)
        assert visitor.session["_auth_user_id"] == str(stays.pk)


def test_chain_of_merges_is_one_family() -> None:
    one, two, three = (cast.reader(f"{name}@bote.example") for name in "abc")
    merging.merge(one, into=two, by=None, at=cast.NOW)
    merging.merge(two, into=three, by=None, at=cast.NOW)
    one.refresh_from_db()
    assert (root(one), family(one)) == (three, [three.pk, two.pk, one.pk])


def test_what_may_not_be_merged_is_refused_and_nothing_happens() -> None:
    lene, ada, otto = cast.reader(LENE), cast.staff("Ada", "admin"), cast.staff("Otto", "office")
    gone = cast.reader(ALSO)
    with pytest.raises(merging.Same):
        merging.merge(lene, into=lene, by=ada, at=cast.NOW)
    with pytest.raises(merging.Staff):
        merging.merge(otto, into=lene, by=ada, at=cast.NOW)
    with pytest.raises(merging.Staff):  # or the office could slip an address into an account
        merging.merge(lene, into=ada, by=otto, at=cast.NOW)
    Person.objects.filter(pk=gone.pk).update(erased_at=cast.NOW)
    with pytest.raises(merging.Gone):
        merging.merge(lene, into=gone, by=ada, at=cast.NOW)
    assert not Person.objects.filter(merged_into__isnull=False).exists()
