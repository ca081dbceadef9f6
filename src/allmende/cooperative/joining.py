"""From what somebody typed, step by step, to declarations, once.

The draft's key is what the declarations of one form have in common (`together`): however often the
last button is pressed, each of them is made once.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from allmende.cooperative import declaration, keeping, statute
from allmende.cooperative.declaration import Wish
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import Declaration, JoinDraft, Printout, Statute

PERSON, COUPLE, MINOR, ORGANISATION, GIFT = "person", "couple", "minor", "organisation", "gift"
KINDS = {
    PERSON: _("for myself"),
    COUPLE: _("for two people together, each with shares of their own"),
    MINOR: _("for a child"),
    ORGANISATION: _("for an organisation"),
    GIFT: _("as a gift to somebody"),
}
SHARED = ["street", "postcode", "town", "country"]
OWN = ["last_name", "first_names", "organisation", "email", "born_on", "representative", "giver"]
MOST_WAITING = 5  # declarations that one address may leave unconfirmed; more is no person's doing


def kinds(law: Statute) -> dict[str, Any]:
    """For whom one may join by this statute."""
    left_out = {MINOR: not law.takes_minors, ORGANISATION: not law.takes_organisations}
    return {kind: words for kind, words in KINDS.items() if not left_out.get(kind)}


def draft(key: str) -> JoinDraft | None:
    """What was typed so far; None for a key that is none, or a draft that is gone."""
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        return None
    return JoinDraft.objects.select_related("statute").filter(pk=wanted).first()


def begin(
    before: JoinDraft | None,
    typed: Mapping[str, Any],
    *,
    language: str,
    on: dt.date,
    at: dt.datetime,
) -> JoinDraft:
    """Keeps what was typed first. Who went back changes their draft, unless it was sent. It follows
    the statute that is in force on the day.

    Raises NoStatute.
    """
    law = statute.in_force(on=on)
    found = before
    if found is None or found.sent_at:
        found = JoinDraft(begun_at=at)
    found.statute, found.language = law, language
    keeping.seal_draft(found, keeping.typed(found) | dict(typed))
    found.save()
    return found


def keep(draft: JoinDraft, typed: Mapping[str, Any]) -> None:
    """What was typed before stays where this step does not ask for it."""
    keeping.seal_draft(draft, keeping.typed(draft) | dict(typed))
    draft.save(update_fields=["sealed"])


def wish_of(draft: JoinDraft) -> Wish:
    """What the draft wants, as far as it says."""
    typed = keeping.typed(draft)
    return Wish(
        draft.statute,
        group=str(typed.get("group", "")),
        shares=int(typed.get("shares") or 0),
        instalments=int(typed.get("instalments") or 1),
        language=draft.language,
    )


def applicants(typed: Mapping[str, Any]) -> Iterator[tuple[Applicant, bool]]:
    """Who declares, and whether it is who fills in the form."""
    kind = typed.get("kind", PERSON)
    first: dict[str, Any] = {name: str(typed.get(name) or "") for name in (*SHARED, *OWN)}
    for name in left_out(kind):
        first[name] = ""
    if kind == MINOR:
        names = (str(typed.get(name) or "") for name in ("guardian", "second_guardian"))
        first["guardians"] = [name for name in names if name]
    yield Applicant(**first), kind != GIFT
    if kind == COUPLE:
        second = {name: first[name] for name in SHARED} | {
            "last_name": str(typed.get("partner_last_name") or ""),
            "first_names": str(typed.get("partner_first_names") or ""),
            "email": str(typed.get("partner_email") or "") or first["email"],
        }
        yield Applicant(**second), False


def left_out(kind: str) -> list[str]:
    """What another kind of form asked, and this one does not."""
    asked = {
        MINOR: ["born_on"],
        ORGANISATION: ["organisation", "representative"],
        GIFT: ["giver"],
    }
    every = {name for names in asked.values() for name in names}
    return sorted(every - set(asked.get(kind, [])))


@transaction.atomic
def send(draft: JoinDraft, *, at: dt.datetime) -> list[Declaration]:
    """The last button: each of the form's declarations, once. Says the same for every address.

    Raises NotAllowed.
    """
    draft = JoinDraft.objects.select_for_update().get(pk=draft.pk)
    if draft.sent_at:
        return list(sent(draft))
    wish, typed = wish_of(draft), keeping.typed(draft)
    written = wish.statute.declaration_form == Statute.Form.WRITTEN
    way = Declaration.Way.PRINTED if written else Declaration.Way.ONLINE
    for applicant, own_hand in applicants(typed):
        if not floods(applicant.email):
            declaration.declare(
                applicant, wish, way=way, own_hand=own_hand, together=draft.key, at=at
            )
    if typed.get("printout"):
        lines = next(applicants(typed))[0].lines
        ask_printout(lines, law=draft.statute, together=draft.key, at=at)
    draft.sent_at = at
    draft.save(update_fields=["sent_at"])
    return list(sent(draft))


def floods(email: str) -> bool:
    """Somebody fills this mailbox with letters of ours."""
    waiting = Declaration.objects.filter(
        email_mark=keeping.email_mark(email), state=Declaration.State.WAITING
    )
    return waiting.count() >= MOST_WAITING


def sent(draft: JoinDraft) -> QuerySet[Declaration]:
    return Declaration.objects.filter(together=draft.key).order_by("pk")


def ask_printout(
    lines: list[str], *, law: Statute, together: uuid.UUID | None = None, at: dt.datetime
) -> Printout:
    """The office sends the statute on paper (§ 15 (1) sentence 2 GenG). lines: as on an envelope.
    together: of the declarations that it is asked for with."""
    found = Printout(statute=law, together=together, asked_at=at)
    keeping.seal_printout(found, lines)
    found.save()
    return found
