"""Members in bulk for the figure of the register: ten events each, sealed, chained and projected.

What `register.record` would have written, in lots: the same drafts, hashes, payloads and steps, but
states are folded before their rows are written, and no row is read back. Recorded over twelve
years, a lot a day; what an event says took effect in the years before.
"""

import datetime as dt
import enum
import gc
import os
import random
import uuid
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

LOT = 500  # memberships
SHARE = 500_00
FIRST, YEARS = dt.date(2014, 1, 6), 12
NAMES = ["Abel", "Brandl", "Czerny", "Dvořák", "Eßer", "Färber", "Götz", "Huber", "Ihde", "Jahn"]
TOWN = ("Auental", "DE")
GROUPS = ["readers", "readers", "readers", "supporters"]


def statute():
    from allmende.cooperative import presets, statute
    from allmende.cooperative.models import Statute

    if found := Statute.objects.first():
        return found
    preset = presets.PRESETS["nd"]
    values = {**preset.values, "in_force_from": dt.date(2004, 1, 1), "second_person": False}
    found = statute.draft(values, groups=preset.groups, document=b"%PDF-1.7 the statute")
    statute.publish(found, by=None, at=moment(0.0))
    return found


def moment(share: float) -> dt.datetime:
    """share: of the twelve years."""
    day = FIRST + dt.timedelta(days=int(share * 365 * YEARS))
    return dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)


def write(count: int) -> None:
    from django.core.management.color import no_style
    from django.db import connection, transaction

    from allmende.cooperative.models import Membership

    statute()
    hasten()
    for numbers in lots(range(1, count + 1), LOT):
        with transaction.atomic():
            _write(numbers, at=moment(numbers[0] / count))
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [Membership]):
            cursor.execute(sql)
        cursor.execute("ANALYZE")


def hasten() -> None:
    """For a process that only writes a fixture: no waiting for the disk, nothing asked that the
    proofs of the figure ask anyway, and the key of a member, which is a file, read once."""
    from django.db import connection

    from allmende.lib.vault import Vault

    os.fsync = lambda _handle: None
    Vault._owner_key = lru_cache(LOT)(Vault._owner_key)
    gc.disable()
    with connection.cursor() as cursor:
        for sql in HASTE[connection.vendor]:
            cursor.execute(sql)


HASTE = {
    "sqlite": [
        "PRAGMA foreign_keys=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-400000",
        "PRAGMA temp_store=MEMORY",
    ],
    "postgresql": ["SET session_replication_role = replica"],
}  # fmt: skip


def lots(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(things)
    while lot := list(islice(rest, size)):
        yield lot


def _write(numbers: list[int], *, at: dt.datetime) -> None:
    from allmende.cooperative import projecting, register
    from allmende.cooperative.folding import fold
    from allmende.cooperative.models import Detail, Membership, RegisterEvent, RegisterPayload, Step
    from allmende.people.models import Person

    chance = random.Random(numbers[0])
    persons = Person.objects.bulk_create(
        Person(first_name="Ada", last_name=name(number), confirmed_at=at) for number in numbers
    )
    made = [Membership(pk=n, person=one) for n, one in zip(numbers, persons, strict=True)]
    number, hash_before = last()
    law, told = statute().pk, {"recorded_at": at}
    events, payloads, details = [], [], []
    for membership in made:
        for draft, personal in history(membership.pk, chance, until=at.date()):
            number += 1
            values = {**NOTHING, **told, **draft, "number": number, "previous": hash_before}
            values["membership_id"] = membership.pk
            values["statute_id"] = law if draft["kind"] == "admitted" else None
            if personal:
                payload, values["commitment"] = seal(personal, number, membership)
                payloads.append(payload)
            if personal and draft["kind"] != "applied":
                found = projecting.sought(dict(zip(projecting.NAMED, personal, strict=True)))
                on = draft["effective_on"]
                details.append((number, membership.pk, on, None, found, *personal))
            hash_before = register.hash_of_values(values[column] for column in register.HASHED)
            events.append({**values, "hash": hash_before})
    facts = [
        projecting.fact(event[column] for column in projecting.COLUMNS) for event in events
    ]  # fmt: skip
    states = fold(facts)
    for membership in made:
        for column, value in projecting.fields_of(states[membership.pk]).items():
            setattr(membership, column, value)
    insert(Membership, columns_of(Membership), [row_of(one) for one in made])
    insert(RegisterEvent, [*events[0]], [list(event.values()) for event in events])
    insert(RegisterPayload, columns_of(RegisterPayload), [row_of(one) for one in payloads])
    names = ["event_id", "membership_id", "from_on", "void_from", "sought", *projecting.NAMED]
    insert(Detail, names, details)
    steps = [row for fact in facts for row in projecting.steps_of(fact)]
    insert(Step, projecting.STEPPED, steps)
    book(made, at=at)


NOTHING: dict[str, Any] = {
    "number": 0, "kind": "", "membership_id": None, "other_id": None, "member_number": None,
    "shares": 0, "nominal_cents": 0, "cents": 0, "currency": "EUR", "word": "",
    "declared_on": None, "decided_on": None, "effective_on": None, "recorded_at": None,
    "actor_id": None, "second_id": None, "statute_id": None, "document": "", "entry": "",
    "about_id": None, "corrects_id": None, "commitment": "", "previous": "",
}  # fmt: skip


def last() -> tuple[int, str]:
    from allmende.cooperative import proofs

    head = proofs.head()
    return head.number, head.hash


def seal(personal: tuple[str, ...], number: int, membership):
    from allmende.cooperative import projecting, sealing

    data = {"details": dict(zip(projecting.NAMED, personal, strict=True))}
    return sealing.seal(data, event=number, membership=membership)


def columns_of(model) -> list[str]:
    return [one.column for one in model._meta.concrete_fields]


def row_of(one) -> list[Any]:
    return [getattr(one, field.attname) for field in one._meta.concrete_fields]


def insert(model, columns: list[str], rows: list[Any]) -> None:
    """A tenth of what `bulk_create` takes."""
    from django.db import connection

    names = ", ".join(f'"{column}"' for column in columns)
    table = f'"{model._meta.db_table}" ({names})'
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([str(v) if isinstance(v, enum.Enum) else v for v in row])
            return
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f"INSERT INTO {table} VALUES ({places})",
            [[PLAIN[type(v)](v) if type(v) in PLAIN else v for v in row] for row in rows],
        )


#: As SQLite takes it.
PLAIN = {
    dt.datetime: lambda value: str(value.replace(tzinfo=None)),
    dt.date: dt.date.isoformat,
    uuid.UUID: lambda value: value.hex,
}


def name(number: int) -> str:
    return f"{NAMES[number % len(NAMES)]}-{number}"


def history(number: int, chance: random.Random, *, until: dt.date):
    """Ten events, and what of each is personal: every fourth member moved, every sixth has given
    notice and every twelfth has left, the others changed their group twice."""
    shares = chance.choice([1, 1, 1, 2, 3, 5])
    start = until - dt.timedelta(days=chance.randrange(800, 3_600))
    days = [start + dt.timedelta(days=after) for after in (0, 20, 40, 70, 100, 200, 300, 400)]
    group, part = GROUPS[number % len(GROUPS)], shares * SHARE // 5
    here = ("", name(number), "Ada", f"Am Auwald {number % 90}", f"{number % 99_999:05}", *TOWN)
    there = ("", name(number), "Ada", f"Neugasse {number % 70}", f"{number % 99_999:05}", *TOWN)
    moved = number % 4 == 0

    def event(kind: str, on: dt.date, **more: Any) -> dict[str, Any]:
        return {"kind": kind, "effective_on": on, **more}

    declared = {"shares": shares, "declared_on": start, "word": group}
    yield event("applied", start, **declared), here
    yield event("confirmed", start), ()
    joined = {"nominal_cents": SHARE, "decided_on": days[1], "member_number": number}
    yield event("admitted", days[1], **declared, **joined), here
    yield event("notified", days[1]), ()
    for on in days[2:5]:
        yield event("paid", on, cents=part), ()
    yield (event("details", days[5]), there) if moved else (event("paid", days[5], cents=part), ())
    if number % 6:
        yield event("group", days[6], word="supporters"), ()
        yield event("group", days[7], word=group), ()
        return
    left = number % 12 != 0
    end = dt.date(days[7].year + (1 if left else 20), 12, 31)
    yield event("notice", end, shares=shares, declared_on=days[7], word="whole"), ()
    if left:
        paid = part * (3 if moved else 4)
        ended = {"shares": shares, "nominal_cents": SHARE, "cents": paid, "word": "notice"}
        yield event("ended", end, **ended), ()
    else:
        yield event("group", days[7], word="supporters"), ()


OPENED = dt.date(2026, 1, 1)


def listed(count: int) -> bytes:
    """An older list, as CSV: two lots and two payments each; every eighth still pays in parts,
    every twelfth has given notice, every twentieth has left and got it back."""
    lines = [
        "Mitgliedsnummer;Eintritt;Anteile;Nennwert;Eingezahlt;Eingezahlt am;Nachname;Vornamen;"
        "Straße;PLZ;Ort;E-Mail;Gruppe;Gekündigt am;Gekündigt zum;Ausgeschieden am;Ausgezahlt am;"
        "Rate;Nächste Rate am"
    ]
    for number in range(1, count + 1):
        began = dt.date(2005 + number % 15, 1 + number % 12, 1 + number % 28)
        more, paid = began + dt.timedelta(days=500), "25" if number % 8 == 1 else "500"
        who = f"{name(number)};Ada;Am Auwald {number % 90};{number % 99_999:05};{TOWN[0]}"
        end = ";;;"
        if number % 12 == 0:
            end = "2025-06-30;2030-12-31;;"
        elif number % 20 == 1:
            end = ";;2023-12-31;2024-07-01"
        parts = "25;2026-02-01" if number % 8 == 1 and number % 20 != 1 else ";"
        who += f";m{number}@members.example;{GROUPS[number % len(GROUPS)]};{end};{parts}"
        lines += [
            f"{number};{began};1;500;{paid};{began};{who}",
            f"{number};{more};2;500;{paid};{more}{';' * 13}",
        ]
    return "\n".join(lines).encode()


def book(made: list, *, at: dt.datetime) -> None:
    """The ledger says what the register says."""
    from allmende.cooperative.capital import CAPITAL, LEFT
    from allmende.ledger import post
    from allmende.ledger.money import Money
    from allmende.ledger.post import Draft, Line

    def drafts():
        for one in made:
            into = LEFT if one.claim_cents else CAPITAL
            money = Money(one.credit_cents + one.claim_cents)
            lines = [Line("bank", money), Line(into, -money, one.party)]
            yield Draft(f"bench:{one.pk}", at.date(), f"shares {one.party}", lines)

    for lot in lots(drafts(), post.LOT):
        post.post_many(lot, at=at)
