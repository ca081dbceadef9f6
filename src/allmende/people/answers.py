"""What apps answer when `people` asks about a person, and the register of who answers for what.

Each app names, in its `persons.py`, every field of its models that leads to a person and what
becomes of it; a test finds fields that nobody answers for.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.dispatch import Signal

from allmende.people.models import Person

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Fate(Enum):
    """What erasure does to rows that lead to a person."""

    GOES = "deleted"
    LOOSED = "stays without the person"
    NAMELESS = "stays with the empty row of the person"
    PROOF = "stays until its term ends"


@dataclass(frozen=True)
class Kept:
    """What stays after an erasure. until: None where no day is known."""

    what: "StrOrPromise"
    why: "StrOrPromise"
    until: dt.date | None = None


@dataclass(frozen=True)
class Section:
    """A part of what is kept about somebody.

    key: its name for machines. labels: the fields, and what they are called. rows: their values,
    which JSON can hold, moments and days among them.
    """

    key: str
    title: "StrOrPromise"
    labels: "Mapping[str, StrOrPromise]"
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Event:
    """Something that happened with a person, for the office's eyes."""

    at: dt.datetime
    what: "StrOrPromise"
    detail: "StrOrPromise" = ""


@dataclass(frozen=True)
class Line:
    """Something a person has, on their account page. url: where it is changed, or whatever
    else `link` says."""

    name: "StrOrPromise"
    detail: "StrOrPromise"
    url: str
    link: "StrOrPromise" = ""


@dataclass(frozen=True)
class Panel:
    """A part of the account page. empty: what stands there when there are no lines."""

    title: "StrOrPromise"
    lines: list[Line]
    empty: "StrOrPromise"


FATES: dict[str, Fate] = {}


def answer_for(fates: Mapping[str, Fate]) -> None:
    """Registers fields that lead to a person, as "app.Model.field", and what becomes of them."""
    FATES.update(fates)


def collect(signal: Signal, person: Person, **more: Any) -> list[Any]:
    """Everything that the apps answer, what is nearest to the person first."""
    answers: Any = signal.send(Person, person=person, **more)
    return [one for _receiver, told in reversed(answers) for one in told]
