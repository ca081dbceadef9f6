"""The demo's cooperative: a statute with its document, what its page says, its members, and who
wants to join."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings

from allmende.cooperative import declaration, figures, statute
from allmende.cooperative.declaration import Wish
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import CooperativePage, Declaration, Question, Statute
from allmende.lib import pdf
from allmende.people.models import Person
from allmende.site.demo import members

CONTENT = Path(__file__).parent / "content"


def lay(board: list[Person], *, at: dt.datetime) -> None:
    """board: two of it, who decide. Twice changes nothing."""
    if Statute.objects.exists():
        return
    words = tomllib.loads((CONTENT / "cooperative.toml").read_text())
    page = CooperativePage.load()
    CooperativePage.objects.update_or_create(pk=page.pk, defaults=words["page"])
    law = lay_statute(words["statute"], words["document"])
    for position, row in enumerate(words["questions"]):
        Question.objects.create(position=position, **row)
    members.lay(board, at=at)
    for row in words["declarations"]:
        lay_declaration(law, row, at=at)
    figures.renew(on=statute.day_of(at))


def lay_statute(row: dict[str, Any], document: dict[str, Any]) -> Statute:
    groups = row.pop("groups")
    begun = dt.datetime.combine(row["in_force_from"], dt.time(8), tzinfo=dt.UTC)
    data = {"paper": "Auentaler Bote", **document}
    paper = pdf.render(CONTENT / "statute.typ", data, fonts=settings.PRINT_FONTS, at=begun)
    law = statute.draft(row, groups=groups, document=paper)
    statute.publish(law, by=None, at=begun)
    return law


def lay_declaration(law: Statute, row: dict[str, Any], *, at: dt.datetime) -> None:
    """As on the page, some days ago."""
    begun = at - dt.timedelta(days=row.pop("days_ago"))
    waits = row.pop("waits", False)
    wish = Wish(
        law, row.pop("group", "readers"), row.pop("shares"), instalments=row.pop("instalments", 1)
    )
    way = Declaration.Way.ONLINE
    found = declaration.written(Applicant(**row), wish, way=way, at=begun)
    if not waits:
        declaration.confirm(found, at=begun + dt.timedelta(minutes=20))
