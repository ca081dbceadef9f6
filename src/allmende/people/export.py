"""Everything that is kept about somebody, for themselves (Art. 15 and 20 GDPR)."""

import datetime as dt
from typing import Any

from allmende.people.answers import Section, collect
from allmende.people.kin import family
from allmende.people.models import Person
from allmende.people.signals import exporting


def sections(person: Person, *, own: bool = False) -> list[Section]:
    """What all apps keep, of all rows that are this human being; empty parts too. own: they look
    themselves, so nothing is masked."""
    found: dict[str, Section] = {}
    rows = Person.objects.in_bulk(family(person))
    for key in family(person):
        for section in collect(exporting, rows[key], own=own):
            known = found.setdefault(section.key, section)
            if known is not section:
                known.rows.extend(section.rows)
    return list(found.values())


def as_data(person: Person, *, at: dt.datetime, own: bool = False) -> dict[str, Any]:
    """The same for machines; values are as JSON's encoder of Django writes them."""
    return {
        "made_at": at,
        "person": str(person.key),
        **{section.key: section.rows for section in sections(person, own=own)},
    }
