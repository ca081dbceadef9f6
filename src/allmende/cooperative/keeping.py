"""What of a declaration is personal: sealed, and gone when its key is.

keeping.keep(found, applicant, words=words)
keeping.applicant_of(found)              # who declares; None once it is forgotten
keeping.forget(found, at=now)
"""

import datetime as dt
import json
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from allmende.cooperative.models import (
    Declaration,
    DeclarationPaper,
    DeclarationText,
    JoinDraft,
    Printout,
)
from allmende.lib.renewing import Column
from allmende.lib.vault import Unreadable
from allmende.payments.sealing import column, vault
from allmende.people.consents import address_hash

#: What the list of members says of somebody (§ 30 GenG).
NAMED = ["organisation", "last_name", "first_names", "street", "postcode", "town", "country"]


@dataclass(frozen=True)
class Applicant:
    """Who declares. guardians: full names of those who declare for a minor. representative: who
    declares for an organisation. giver: who pays, if somebody else does. born_on: ISO 8601."""

    last_name: str = ""
    first_names: str = ""
    organisation: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    country: str = "DE"
    email: str = ""
    born_on: str = ""
    representative: str = ""
    giver: str = ""
    giver_email: str = ""
    guardians: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.organisation or f"{self.first_names} {self.last_name}".strip()

    @property
    def lines(self) -> list[str]:
        """As on an envelope."""
        found = [self.name, self.street, f"{self.postcode} {self.town}".strip()]
        return [line for line in found if line]

    @property
    def details(self) -> dict[str, str]:
        """For the register."""
        return {name: getattr(self, name) for name in NAMED}


def keep(declaration: Declaration, applicant: Applicant, *, words: Mapping[str, Any]) -> None:
    """Raises IntegrityError where a text is kept already: it is never changed."""
    DeclarationText(
        declaration=declaration,
        content=seal(declaration, "content", asdict(applicant)),
        words=seal(declaration, "words", words),
    ).save(force_insert=True)


def keep_anew(
    declaration: Declaration, applicant: Applicant, *, words: Mapping[str, Any]
) -> None:  # fmt: skip
    """In the place of what was typed in wrongly."""
    DeclarationText.objects.filter(declaration=declaration).delete()
    keep(declaration, applicant, words=words)


def keep_paper(declaration: Declaration, paper: bytes) -> str:
    """Returns its hash. The declaration is saved by whoever calls."""
    sealed = vault().seal(paper, context=paper_context(declaration), owner=declaration.owner)
    DeclarationPaper(declaration=declaration, sealed=sealed).save(force_insert=True)
    declaration.paper_hash = sha256(paper).hexdigest()
    return declaration.paper_hash


def paper_of(declaration: Declaration) -> bytes | None:
    found = DeclarationPaper.objects.filter(declaration=declaration).first()
    if found is None:
        return None
    try:
        return vault().open(
            bytes(found.sealed), context=paper_context(declaration), owner=declaration.owner
        )
    except Unreadable:
        return None


def paper_context(declaration: Declaration) -> str:
    return f"cooperative.DeclarationPaper.sealed:{declaration.key}"


def applicant_of(declaration: Declaration) -> Applicant | None:
    found = told(declaration, "content")
    return None if found is None else Applicant(**found)


def words_of(declaration: Declaration) -> dict[str, Any] | None:
    return told(declaration, "words")


def told(declaration: Declaration, part: str) -> dict[str, Any] | None:
    """None where it is forgotten: by its deletion, or in a restored backup by its key."""
    try:
        text = declaration.text  # a list loads it with its rows
        opened = vault().open(
            bytes(getattr(text, part)),
            context=context_of(declaration, part),
            owner=declaration.owner,
        )
    except (DeclarationText.DoesNotExist, Unreadable):
        return None
    found: dict[str, Any] = json.loads(opened)
    return found


def seal(declaration: Declaration, part: str, value: Mapping[str, Any]) -> bytes:
    return vault().seal(
        json.dumps(value, ensure_ascii=False).encode(),
        context=context_of(declaration, part),
        owner=declaration.owner,
    )


def context_of(declaration: Declaration, part: str) -> str:
    return f"cooperative.DeclarationText.{part}:{declaration.key}"


def forget(declaration: Declaration, *, at: dt.datetime) -> None:
    """Nothing tells who it was; what was sealed can be read no more, in no backup either."""
    DeclarationText.objects.filter(declaration=declaration).delete()
    DeclarationPaper.objects.filter(declaration=declaration).delete()
    forget_form(declaration)
    Declaration.objects.filter(pk=declaration.pk).exclude(state=Declaration.State.WAITING).update(
        forgotten_at=at, email_mark="", name_mark="", paper_hash=""
    )
    vault().destroy(declaration.owner)


def forget_form(declaration: Declaration) -> None:
    """What was typed, which lies under our own key; and the address for a printout, unless the
    other one of a couple still has a declaration."""
    JoinDraft.objects.filter(key=declaration.together).delete()
    same = Declaration.objects.filter(together=declaration.together, forgotten_at=None)
    if not same.exclude(pk=declaration.pk).exists():
        Printout.objects.filter(together=declaration.together).delete()


def was_forgotten(declaration: Declaration) -> bool:
    """Also where a backup has brought its rows back."""
    return vault().was_destroyed(declaration.owner)


# --- Marks: whether two are the same, without saying who ---------------------------------------


def email_mark(email: str) -> str:
    return address_hash(email) if email else ""


def name_mark(applicant: Applicant) -> str:
    """Spellings of a name that people mix up have one mark."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", applicant.name.casefold())
        if letter.isalnum()
    )
    for long, short in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        plain = plain.replace(long, short)
    return vault().fingerprint(plain.encode(), purpose="member name") if plain else ""


# --- Drafts and printouts ----------------------------------------------------------------------


def typed(draft: JoinDraft) -> dict[str, Any]:
    """What somebody typed so far."""
    if draft.sealed is None:
        return {}
    found: dict[str, Any] = json.loads(
        vault().open(bytes(draft.sealed), context=draft_context(draft.key))
    )
    return found


def seal_draft(draft: JoinDraft, values: Mapping[str, Any]) -> None:
    """Saved by whoever calls."""
    draft.sealed = vault().seal(
        json.dumps(values, ensure_ascii=False).encode(), context=draft_context(draft.key)
    )


def draft_context(key: uuid.UUID) -> str:
    return f"cooperative.JoinDraft.sealed:{key}"


def seal_printout(printout: Printout, lines: list[str]) -> None:
    """lines: as on an envelope. Saved by whoever calls."""
    printout.sealed = vault().seal(json.dumps(lines).encode(), context=printout.context)


def lines_of(printout: Printout) -> list[str]:
    found: list[str] = json.loads(vault().open(bytes(printout.sealed), context=printout.context))
    return found


def sealed() -> list[Column]:
    """What is under the vault's main key; all else goes with the keys of its owners."""
    return [
        column(JoinDraft, "sealed", context=lambda row: draft_context(row.key)),
        column(Printout, "sealed", context=lambda row: row.context, needs=["key"]),
    ]
