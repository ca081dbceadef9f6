"""Two rows become one person, and nothing that anybody agreed to, has or got is lost."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from allmende.mailroom import outbox
from allmende.mailroom.content import Content
from allmende.newsletters import subscribe
from allmende.newsletters.models import Change, Newsletter, Subscription
from allmende.people import addresses, consents, erasure, export, merging, unmerging
from allmende.people.kin import family, root
from allmende.people.models import Consent, ContactAddress, Merge, Person
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


def test_undone_merge_leaves_two_as_they_were_but_for_who_left_since(client: Client) -> None:
    two, kept, left = [cast.reader(LENE), cast.reader(ALSO)], newsletter("a"), newsletter("b")
    for person in two:
        for letter in (kept, left):
            subscribed(person, letter, State.CONFIRMED)
        addresses.open_first_door(person.email)
    Person.objects.filter(pk=two[0].pk).update(first_name="Lene", last_name="Brandt")
    before = two_of(two)
    merging.merge(two[0], into=two[1], by=None, at=AT + 3 * HOUR)
    merge = Merge.objects.get()
    assert two_of(two) != before
    standing = Subscription.objects.receiving().get(newsletter=left)
    subscribe.leave(standing, at=AT + 4 * HOUR, way=Change.Way.PAGE)
    assert unmerging.undo(merge, by=None, at=AT + 5 * HOUR) == 1
    assert two_of(two) == before
    receiving = Subscription.objects.receiving().values_list("person", "newsletter")
    assert set(receiving) == {(person.pk, kept.pk) for person in two}
    assert all(merging.standing().filter(pk=person.pk).exists() for person in two)
    with pytest.raises(unmerging.TooLate):
        unmerging.undo(merge, by=None, at=AT + 6 * HOUR)
    merging.merge(two[1], into=two[0], by=None, at=AT + 7 * HOUR)  # the other way round


def two_of(two: list[Person]) -> list[object]:
    """Names and doors of both, and which of them comes first."""
    rows = Person.objects.filter(pk__in=[person.pk for person in two]).order_by("pk")
    doors = EmailAddress.objects.order_by("email").values_list("email", "user", "primary")
    return [*rows.values_list("first_name", "last_name", "is_active", "merged_into"), *doors]


def test_merge_of_long_ago_or_of_an_erased_person_stays() -> None:
    two = [cast.reader(LENE), cast.reader(ALSO)]
    merging.merge(two[0], into=two[1], by=None, at=AT)
    merge = Merge.objects.get()
    with pytest.raises(unmerging.TooLate):
        unmerging.undo(merge, by=None, at=AT + dt.timedelta(days=31))
    erasure.erase(two[1], at=AT + HOUR)
    with pytest.raises(merging.Gone):
        unmerging.undo(merge, by=None, at=AT + 2 * HOUR)


def test_office_undoes_a_merge_and_history_tells(client: Client) -> None:
    otto, two = cast.staff("Otto", "office"), [cast.reader(LENE), cast.reader(ALSO)]
    cast.come_in(client, otto)
    merging.merge(two[0], into=two[1], by=otto, at=timezone.now())
    page = f"/redaktion/personen/{two[1].pk}/"
    path = f"{page}trennen/{Merge.objects.get().pk}/"
    assert path in client.get(page).content.decode()
    assert client.get(path).status_code == 200
    assert not merging.standing().filter(pk=two[0].pk).exists()
    client.post(path)
    assert merging.standing().filter(pk=two[0].pk).exists()
    assert path not in client.get(page).content.decode()
    for person, name in zip(two, ("people.unmerged", "people.gave_back"), strict=True):
        entries = ModelLogEntry.objects.filter(action=name, user=otto)
        assert [entry.object_id for entry in entries] == [str(person.pk)]
    assert client.post(path).status_code == 200  # twice is told, and changes nothing
