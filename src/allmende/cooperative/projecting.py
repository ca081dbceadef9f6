"""Projections: what the events add up to, kept in rows that can be searched and summed.

    facts_of(17)                  the facts that name a membership
    project({17: facts})          its row, as they say
    rebuild()                     all of them anew, from the events alone

What a day and a time show is a sum over `Step` rows (`listing`); they are `folding.effects` of each
event, written when it is recorded, and marked when it is corrected.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from allmende.cooperative import sealing
from allmende.cooperative.folding import Fact, Kind, State, effects, fold
from allmende.cooperative.models import Detail, Membership, RegisterEvent, RegisterPayload, Step
from allmende.paper.models import Paper

LOT = 1000
#: Payloads of these hold name and address, whole, as they are from then on.
DESCRIBES = [Kind.ADMITTED, Kind.DETAILS, Kind.IMPORTED]
NAMED = ["organisation", "last_name", "first_names", "street", "postcode", "town", "country"]
WRITTEN = NAMED[:-1]
COLUMNS = [
    "number", "kind", "effective_on", "membership_id", "other_id", "shares", "nominal_cents",
    "cents", "word", "declared_on", "decided_on", "about_id", "corrects_id", "member_number",
]  # fmt: skip

#: Columns of `Step`: the event, then as `folding.Effect`.
STEPPED = [
    "event_id", "membership_id", "from_on", "shares", "nominal_cents", "credit_cents",
    "member_number",
]  # fmt: skip


def day_of(at: dt.datetime) -> dt.date:
    """The day in the paper's time zone: what law speaks of."""
    return at.astimezone(Paper.load().time_zone_info).date()


def fact(values: Iterable[Any]) -> Fact:
    """values: of `COLUMNS`."""
    number, kind, *rest = values
    return Fact(number, Kind(kind), *rest)


def fact_of(event: RegisterEvent) -> Fact:
    return fact(getattr(event, name) for name in COLUMNS)


def facts_of(membership: int, *, until: int | None = None) -> list[Fact]:
    facts = named(RegisterEvent.objects.all(), [membership])
    return [one for one in facts if until is None or one.number <= until]


def named(rows: QuerySet[RegisterEvent], members: list[int]) -> list[Fact]:
    """Facts that name one of these memberships, in their order. Each side by its own index: asked
    for both at once and in order, SQLite walks the whole register."""
    found: dict[int, tuple[Any, ...]] = {}
    for side in ("membership", "other"):
        of_side = rows.filter(**{f"{side}__in": members}).order_by()
        found |= {values[0]: values for values in of_side.values_list(*COLUMNS)}
    return [fact(found[number]) for number in sorted(found)]


def facts_until(number: int | None = None) -> list[Fact]:
    """Of everybody."""
    rows = RegisterEvent.objects.order_by("number")
    rows = rows.filter(number__lte=number) if number is not None else rows
    return [fact(values) for values in rows.values_list(*COLUMNS).iterator()]


def known_at(at: dt.datetime) -> int:
    """The number of the last event that was recorded by then; 0 before the first."""
    rows = RegisterEvent.objects.filter(recorded_at__lte=at).order_by("-number")
    return rows.values_list("number", flat=True).first() or 0


def known_on(day: dt.date) -> int:
    """... at the end of a day."""
    zone = Paper.load().time_zone_info
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=zone)
    rows = RegisterEvent.objects.filter(recorded_at__lt=end).order_by("-number")
    return rows.values_list("number", flat=True).first() or 0


def state_of(membership: Membership, *, on: dt.date | None = None) -> State:
    """What the events say; on: at the end of that day."""
    return fold(facts_of(membership.pk), on=on).get(membership.pk, State())


# --- Rows ------------------------------------------------------------------------------------


def fields_of(state: State) -> dict[str, Any]:
    """Columns of `Membership`."""
    return {
        "number": state.number,
        "stage": state.stage,
        "confirmed": state.confirmed,
        "told": state.told,
        "group": state.group,
        "shares": state.shares,
        "nominal_cents": state.nominal,
        "credit_cents": state.credit,
        "claim_cents": sum(state.claims.values()),
        "payable_cents": sum(state.payables.values()),
        "wanted": sum(state.wanted.values()),
        "joined_on": state.joined_on,
        "ended_on": state.ended_on,
        "leaving_on": state.leaving_on,
        "next_end_on": state.next_end_on,
        "rights_end_on": state.rights_end_on,
        "died_on": state.died_on,
    }


def project(facts: Mapping[int, Iterable[Fact]]) -> None:
    """Rows of memberships, by all facts that name them: many in one statement."""
    rows = list(Membership.objects.filter(pk__in=facts).order_by("pk"))
    for row in rows:
        for name, value in fields_of(fold(facts[row.pk]).get(row.pk, State())).items():
            setattr(row, name, value)
    columns = list(fields_of(State()))
    Membership.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["pk"], update_fields=columns
    )


def step(events: list[RegisterEvent], told: Mapping[int, Mapping[str, Any]]) -> None:
    """What new events change. told: their payloads, by number."""
    steps, details = [], []
    for event in events:
        steps += [Step(**dict(zip(STEPPED, row, strict=True))) for row in steps_of(fact_of(event))]
        details += details_of(event, told.get(event.number))
    Step.objects.bulk_create(steps)
    Detail.objects.bulk_create(details)
    for event in events:
        if event.corrects_id:
            void(event.corrects_id, since=event.number)


def void(number: int, *, since: int) -> None:
    """It is known not to have been so, since a correction."""
    Step.objects.filter(event=number).update(void_from=since)
    Detail.objects.filter(event=number).update(void_from=since)


def steps_of(fact: Fact) -> list[tuple[Any, ...]]:
    """Of each the values of `STEPPED`."""
    return [
        (fact.number, *effect, fact.member_number if effect.shares > 0 else None)
        for effect in effects(fact)
    ]


def details_of(event: RegisterEvent, told: Mapping[str, Any] | None) -> list[Detail]:
    """told: None where nothing was personal, or it is forgotten."""
    if event.kind not in DESCRIBES or not told or "details" not in told:
        return []
    assert event.membership_id is not None
    values = {name: told["details"].get(name, "") for name in NAMED}
    return [
        Detail(
            event_id=event.number,
            membership_id=event.membership_id,
            from_on=event.effective_on,
            sought=sought(values),
            **values,
        )
    ]


def sought(details: Mapping[str, str]) -> str:
    """A line each, so that nothing is found across two of them."""
    return "\n".join(details[name] for name in WRITTEN).casefold()


# --- All of them anew ------------------------------------------------------------------------


@transaction.atomic
def rebuild() -> int:
    """Lays all projections anew. Returns the number of memberships."""
    Step.objects.all().delete()
    Detail.objects.all().delete()
    for events in lots(RegisterEvent.objects.order_by("number"), "number"):
        step(events, payloads_of(events))
    count = 0
    for members in lots(Membership.objects.order_by("pk"), "pk"):
        keys = [row.pk for row in members]
        project(facts_by_member(keys))
        count += len(keys)
    return count


def lots(rows: Any, key: str) -> Iterator[list[Any]]:
    after = 0
    while lot := list(rows.filter(**{f"{key}__gt": after})[:LOT]):
        yield lot
        after = getattr(lot[-1], key)


def facts_by_member(keys: list[int]) -> dict[int, list[Fact]]:
    """Of these memberships, those without events too."""
    found: dict[int, list[Fact]] = {key: [] for key in keys}
    for one in named(RegisterEvent.objects.all(), keys):
        for side in (one.member, one.other):
            if side is not None and side in found:
                found[side].append(one)
    return found


def states_of(rows: Iterable[Membership]) -> Iterator[tuple[Membership, State]]:
    """What the events say of many, some thousand in one query."""
    left = list(rows)
    for start in range(0, len(left), LOT):
        lot = left[start : start + LOT]
        facts = facts_by_member([row.pk for row in lot])
        yield from ((row, fold(facts[row.pk]).get(row.pk, State())) for row in lot)


def payloads_of(events: Iterable[RegisterEvent]) -> dict[int, dict[str, Any]]:
    """Of those that describe somebody."""
    return payloads(event.number for event in events if event.kind in DESCRIBES)


def payloads(numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What is personal of events and can still be read, by their numbers."""
    found = {}
    for payload in RegisterPayload.objects.filter(event__in=list(numbers)):
        try:
            found[payload.event_id] = sealing.read(payload)
        except sealing.Unreadable:
            continue
    return found


def unlike_events() -> Iterator[str]:
    """Memberships whose row is not what the events say."""
    for members in lots(Membership.objects.order_by("pk"), "pk"):
        facts = facts_by_member([row.pk for row in members])
        for row in members:
            state = fold(facts[row.pk]).get(row.pk, State())
            for name, value in fields_of(state).items():
                if getattr(row, name) != value:
                    yield f"membership {row.pk}: {name} {getattr(row, name)}, events say {value}"
