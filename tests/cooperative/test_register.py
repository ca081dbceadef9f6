"""The register: a chain without a gap, which nobody changes and a lawful erasure leaves whole."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from allmende.cooperative import projecting, proofs, register, sealing
from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.models import Detail, RegisterEvent, RegisterPayload, Step
from allmende.cooperative.register import Broken, Corrected, Draft
from tests.cooperative import members
from tests.cooperative.cast import DAY, NOW
from tests.cooperative.members import SHARE, record, refreshed
from tests.databases import without_refusals

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=40)


def wrong() -> list[str]:
    """Of all proofs but the ledger's: these tests write events without money."""
    money = ("register-ledger", "register-owed")
    asked = [proof for proof in proofs.PROOFS if proof.name not in money]
    return [fault for proof in asked for fault in proof.wrong()]


@contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        yield


def ask(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_events_are_numbered_and_chained():
    members.member(2)
    members.member()
    rows = list(RegisterEvent.objects.all())
    assert [row.number for row in rows] == list(range(1, 7))
    assert [row.previous for row in rows] == [register.BEGINNING, *(r.hash for r in rows[:-1])]
    assert proofs.head() == proofs.Head(6, rows[-1].hash)
    assert wrong() == []


def test_a_member_is_what_the_events_say():
    ada = members.member(2, paid=700_00)
    assert (ada.stage, ada.number, ada.shares) == (Stage.MEMBER, 1, 2)
    assert (ada.nominal_cents, ada.credit_cents, ada.joined_on) == (2 * SHARE, 700_00, DAY)
    assert Detail.objects.get().last_name == "Lovelace"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE cooperative_registerevent SET shares = 3 WHERE number = 1",
        "DELETE FROM cooperative_registerevent WHERE number = 3",
        "UPDATE cooperative_registerpayload SET schema = 2",
        "DELETE FROM cooperative_membership",
    ],
)
def test_the_database_itself_refuses_changes(sql: str):
    members.member()
    with refused(r"not changed|not deleted"):
        ask(sql)


def test_the_database_itself_refuses_what_does_not_follow():
    members.member()
    row = RegisterEvent.objects.last()
    assert row is not None
    values = {"number": row.number + 1, "previous": row.hash}
    for fault in [{"number": row.number + 2}, {"previous": "0" * 64}, {"number": row.number}]:
        with refused("next event|UNIQUE|unique"):
            written(row, **{**values, **fault})
    with refused("next event"):
        written(row, **values, recorded_at=NOW - dt.timedelta(seconds=1))
    written(row, **values)


def written(row: RegisterEvent, **more: Any) -> None:
    fields = {field.attname: getattr(row, field.attname) for field in RegisterEvent._meta.fields}
    kind = {"kind": Kind.DETAILS, "shares": 0, "member_number": None}
    RegisterEvent(**{**fields, **kind, **more}).save(force_insert=True)


def test_a_member_number_is_never_given_again():
    ada = members.member()
    other = members.applied()
    taking = {"shares": 1, "nominal": SHARE, "declared_on": DAY, "decided_on": DAY}
    with refused("another's"):
        record(Kind.ADMITTED, other, **taking, member_number=ada.number)
    register.correct(RegisterEvent.objects.get(kind=Kind.ADMITTED), why="slip", by=None, at=NOW)
    assert refreshed(ada).stage == Stage.APPLIED
    with refused("another's"):
        record(Kind.ADMITTED, other, **taking, member_number=1)
    assert register.next_number() == 2


def test_a_number_is_not_changed():
    ada = members.member()
    event = RegisterEvent.objects.get(kind=Kind.ADMITTED)
    right = Draft(
        Kind.ADMITTED, ada, DAY, shares=1, nominal=SHARE, declared_on=DAY, decided_on=DAY,
        member_number=7,
    )  # fmt: skip
    with refused("another's"):
        register.correct(event, why="slip", by=None, instead=right, at=NOW)


def test_time_of_recording_never_goes_back():
    members.applied(at=LATER)
    late = members.applied(at=NOW)
    assert {row.recorded_at for row in late.events.all()} == {LATER}


def test_one_person_has_one_living_membership():
    ada = members.member()
    with refused("(?i)unique"):
        members.applied(by=ada.person)


def test_who_left_may_join_again_and_begins_anew():
    ada = members.member()
    record(Kind.ENDED, ada, dt.date(2026, 12, 31), shares=1, nominal=SHARE)
    again = members.member(on=dt.date(2028, 5, 1), by=ada.person)
    assert refreshed(ada).ended_on == dt.date(2026, 12, 31)
    assert (again.number, again.joined_on) == (2, dt.date(2028, 5, 1))


def test_more_than_is_held_does_not_end():
    ada = members.member(2)
    last = dt.date(2027, 12, 31)
    record(Kind.NOTICE, ada, last, shares=1, declared_on=DAY)
    with pytest.raises(Broken, match="notice of 3"):
        record(Kind.NOTICE, ada, last, shares=2, declared_on=DAY)
    with pytest.raises(Broken):
        record(Kind.REDUCED, ada, last, shares=3, nominal=SHARE)
    with pytest.raises(Broken):
        record(Kind.REDUCED, ada, last, shares=1, nominal=SHARE - 1)
    assert wrong() == []


def test_credit_never_exceeds_the_shares():
    ada = members.member(paid=SHARE)
    with pytest.raises(Broken, match="credit"):
        record(Kind.PAID, ada, cents=1)
    assert refreshed(ada).credit_cents == SHARE


def test_an_entry_of_the_ledger_is_credited_once():
    ada = members.member(2)
    record(Kind.PAID, ada, cents=25_00, entry="payments:attempt:1:collected")
    with refused("(?i)unique"):
        record(Kind.PAID, ada, cents=25_00, entry="payments:attempt:1:collected")


def test_nobody_is_admitted_before_declaring_it():
    ada = members.applied(on=DAY)
    with refused("after_declaration"):
        record(
            Kind.ADMITTED, ada, DAY, shares=1, nominal=SHARE, declared_on=DAY,
            decided_on=DAY - dt.timedelta(days=1), member_number=1,
        )  # fmt: skip


def test_a_correction_rewrites_nothing():
    """What was known before the correction stays as it was known."""
    ada = members.member(3)
    before = proofs.head().number
    admitted = RegisterEvent.objects.get(kind=Kind.ADMITTED)
    right = Draft(
        Kind.ADMITTED, ada, DAY, shares=2, nominal=SHARE, declared_on=DAY, decided_on=DAY,
        member_number=1,
    )  # fmt: skip
    register.correct(admitted, why="2 were declared", by=None, instead=right, at=LATER)
    assert refreshed(ada).shares == 2
    assert projecting.known_on(DAY) == before
    known = projecting.fold(projecting.facts_of(ada.pk, until=before))[ada.pk]
    assert known.shares == 3
    assert [(row.shares, row.void_from) for row in Step.objects.order_by("event")] == [
        (3, before + 1), (2, None),
    ]  # fmt: skip
    with pytest.raises(Corrected):
        register.correct(admitted, why="again", by=None, at=LATER)
    assert wrong() == []


def test_a_correction_that_others_rest_on_is_refused():
    ada = members.member(paid=SHARE)
    with pytest.raises(Broken):
        register.correct(RegisterEvent.objects.get(kind=Kind.ADMITTED), why="", by=None, at=NOW)
    assert refreshed(ada).credit_cents == SHARE
    assert wrong() == []


@pytest.mark.parametrize("column", ["shares", "word", "effective_on", "recorded_at", "hash"])
def test_verify_finds_one_changed_value(column: str):
    members.member()
    values = {"shares": 2, "word": "supporters", "effective_on": "2020-01-01",
              "recorded_at": "2030-01-01 00:00+00", "hash": "f" * 64}  # fmt: skip
    with without_refusals_of_changes():
        ask(f"UPDATE cooperative_registerevent SET {column} = %s WHERE number = 1", values[column])
    assert any("1 was changed" in fault for fault in proofs.unchained())


def test_verify_finds_a_removed_event_and_a_changed_payload():
    ada = members.member()
    payload = RegisterPayload.objects.get(event__kind=Kind.ADMITTED)
    changed = bytearray(bytes(payload.sealed))
    changed[-1] ^= 1
    with without_refusals_of_changes():
        ask(
            "UPDATE cooperative_registerpayload SET sealed = %s WHERE event_id = %s",
            bytes(changed), payload.pk,
        )  # fmt: skip
        ask("DELETE FROM cooperative_registerevent WHERE number = 2")
    assert list(proofs.uncommitted()) == ["payload of event 3 was changed"]
    assert "event 3 follows 1" in list(proofs.unchained())
    assert ada.pk


def test_the_chain_holds_after_an_erasure():
    ada = members.member()
    owner = sealing.owner_of(ada, 0)
    assert sealing.destroy(owner)
    assert wrong() == []  # the key is gone, the rows wait to be removed
    with pytest.raises(sealing.Unreadable):
        sealing.read(RegisterPayload.objects.filter(owner=owner)[0])
    RegisterPayload.objects.filter(owner=owner).delete()
    assert wrong() == []


def test_nothing_personal_stands_in_the_chain():
    members.member()
    text = " ".join(str(row) for row in RegisterEvent.objects.values_list())
    sealed = b" ".join(bytes(row.sealed) for row in RegisterPayload.objects.all())
    for word in ["Lovelace", "Ada", "Auwald", "Auental"]:
        assert word not in text
        assert word.encode() not in sealed


def test_rebuilding_gives_the_same():
    ada = members.member(3, paid=SHARE)
    record(Kind.NOTICE, ada, dt.date(2027, 12, 31), shares=1, declared_on=DAY)
    register.correct(RegisterEvent.objects.get(kind=Kind.PAID), why="", by=None, at=NOW)
    before = rows()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cooperative_membership SET wanted = 4")
    assert list(projecting.unlike_events()) == [f"membership {ada.pk}: wanted 4, events say 0"]
    assert projecting.rebuild() == 1
    assert rows() == before
    assert wrong() == []


def rows() -> list[Any]:
    steps = Step.objects.order_by("event", "membership").values_list(
        "event", "membership", "from_on", "shares", "nominal_cents", "credit_cents", "void_from"
    )
    return [*steps, *Detail.objects.order_by("event").values_list()]


@contextmanager
def without_refusals_of_changes() -> Iterator[None]:
    with without_refusals(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER cooperative_event_no_update")
            cursor.execute("DROP TRIGGER cooperative_payload_no_update")
        yield
