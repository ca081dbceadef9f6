"""The cooperative of the tests: a statute, and who wants to join."""

import datetime as dt
from typing import Any

from allmende.cooperative import presets, statute
from allmende.cooperative.models import Statute

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
