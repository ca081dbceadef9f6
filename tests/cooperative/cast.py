"""The cooperative of the tests: a statute, and who wants to join."""

import datetime as dt
from typing import Any

from allmende.cooperative import declaration, presets, statute
from allmende.cooperative.declaration import Wish
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import Declaration, Statute

DAY = dt.date(2026, 3, 1)
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
PDF = b"%PDF-1.7 the statute"


def statute_like(name: str = "nd", *, published: bool = True, **values: Any) -> Statute:
    """A version by a preset, in force since 2020 unless `values` say otherwise."""
    preset = presets.PRESETS[name]
    given = {"in_force_from": dt.date(2020, 1, 1), **preset.values, **values}
    found = statute.draft(given, groups=preset.groups, document=PDF)
    if published:
        statute.publish(found, by=None, at=NOW - dt.timedelta(days=2000))
    return found


LENE = "lene@bote.example"


def applicant(**values: Any) -> Applicant:
    given = {
        "first_names": "Lene Marie",
        "last_name": "Ott",
        "street": "Am Wehr 3",
        "postcode": "01234",
        "town": "Niederau",
        "email": LENE,
    }
    return Applicant(**{**given, **values})


def wish(law: Statute, **values: Any) -> Wish:
    return Wish(law, **{"group": law.groups.all()[0].code, "shares": 2, **values})


def declared(law: Statute, *, at: dt.datetime = NOW, **values: Any) -> Declaration:
    """Sent, and waiting for its confirmation; `values` are of the applicant."""
    return declaration.declare(applicant(**values), wish(law), way=declaration.Way.ONLINE, at=at)


def confirmed(law: Statute, *, at: dt.datetime = NOW, **values: Any) -> Declaration:
    """Before the board."""
    found = declared(law, at=at, **values)
    declaration.confirm(found, at=at + dt.timedelta(minutes=5))
    found.refresh_from_db()
    return found
