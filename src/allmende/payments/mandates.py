"""Mandates: a giver lets us collect, in text form, with the evidence of it (EPC 016-06).

    signed → active → amended → …    dormant (36 months without a collection) | revoked | blocked

A ticked box is a mandate here; that it was given is for us to prove, for thirteen months after the
last collection. So the very words are kept, with their version, the time and the way they came.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from wagtail.log_actions import log

from allmende.payments import ibans, references
from allmende.payments.models import BankAccount, Mandate, Pledge
from allmende.payments.pain.parts import Address
from allmende.payments.rhythm import due_on
from allmende.payments.sealing import fingerprint, seal, unseal
from allmende.people.models import Person

YEARS = 3  # without a collection, and the mandate is none any more (EPC 016-06, 4.1)
NOTICE_DAYS = 14  # where nothing shorter was agreed
ALIVE = [*Mandate.USABLE, Mandate.State.BLOCKED]


class Refused(Exception):
    """A mandate cannot be changed so.

    Refused
      x NotUsable    it has ended
      x NoAddress    an account outside the EEA, and no town and country of its owner
      x NoRight      somebody wants to see an IBAN who may not
    """


class NotUsable(Refused):
    """It has ended."""


class NoAddress(Refused):
    """An account outside the EEA, and no town and country of its owner."""


class NoRight(Refused):
    """Somebody wants to see an IBAN who may not."""


@dataclass(frozen=True)
class Signature:
    """What proves it. wording: the text as it read. notice_days: as the text says. way: "form",
    "paper", "import". origin: hash of the sender's address, made by whoever saw it."""

    wording: str
    notice_days: int = NOTICE_DAYS
    way: str = "form"
    origin: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    def evidence(self, *, at: dt.datetime) -> dict[str, Any]:
        return {
            **self.more,
            "way": self.way,
            "origin": self.origin,
            "at": at.isoformat(),
            "sha256": sha256(self.wording.encode()).hexdigest(),
            "notice_days": self.notice_days,
        }


def words(account: BankAccount, *, language: str) -> str:
    """What a giver agrees to. The reference follows by mail, as the rulebook allows."""
    with translation.override(language):
        text = render_to_string("payments/mandate.txt", {"account": account})
    return " ".join(text.split())


def signature(account: BankAccount, *, language: str, origin: str = "") -> Signature:
    """Of a giver who agreed to `words` in our form."""
    text = words(account, language=language)
    return Signature(text, notice_days=account.notice_days, origin=origin)


def version(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


@transaction.atomic
def sign(
    pledge: Pledge, *, iban: str, holder: str, signature: Signature, at: dt.datetime,
    bic: str = "", address: Address | None = None,
) -> Mandate:  # fmt: skip
    """The mandate that a giver has just agreed to. The same form sent twice makes one; a mandate
    for another account that was given before ends.

    Raises ibans.BadIban, NoAddress.
    """
    iban = ibans.read(iban)
    if ibans.needs_address(iban) and address is None:
        raise NoAddress
    before = pledge.mandates.filter(state__in=ALIVE).first()
    if before and before.fingerprint == fingerprint(iban) and before.state in Mandate.USABLE:
        return before
    if before:
        revoke(before, at=at)
    reference = references.mandate(pledge.pk, pledge.mandates.count() + 1)
    told = json.dumps(asdict(address)) if address else ""
    return Mandate.objects.create(
        pledge=pledge,
        reference=reference,
        bic=bic,
        holder=seal(holder, column="mandate.holder", row=reference),
        address=seal(told, column="mandate.address", row=reference) if told else None,
        signed_at=at,
        wording=signature.wording,
        wording_version=version(signature.wording),
        evidence=signature.evidence(at=at),
        **_account(iban, reference),
    )


def _account(iban: str, reference: str) -> dict[str, Any]:
    return {
        "iban": seal(iban, column="mandate.iban", row=reference),
        "fingerprint": fingerprint(iban),
        "last4": iban[-4:],
        "country": ibans.country(iban),
    }


@transaction.atomic
def change_account(mandate: Mandate, *, iban: str, bic: str = "", at: dt.datetime) -> bool:
    """The giver has another account: the mandate stays, the bank that knows it is told with the
    next debit. A mandate that no bank has seen yet is simply right from the beginning. Notices
    that were given for the old account hold no longer.

    False where nothing changed. Raises ibans.BadIban, NotUsable, NoAddress.
    """
    iban = ibans.read(iban)
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    if mandate.state not in ALIVE:
        raise NotUsable
    if ibans.needs_address(iban) and mandate.address is None:
        raise NoAddress
    if mandate.fingerprint == fingerprint(iban) and mandate.state != Mandate.State.BLOCKED:
        return False
    known = bool(mandate.last_collected_on) or mandate.lines.exclude(attempt=None).exists()
    values = {**_account(iban, mandate.reference), "bic": bic, "blocked_code": ""}
    if known and mandate.iban_before is None:
        values["iban_before"] = mandate.iban
    if known or mandate.state == Mandate.State.BLOCKED:
        values["state"] = Mandate.State.AMENDED
    changed = [*mandate.evidence.get("changed", []), at.isoformat()]
    values["evidence"] = {**mandate.evidence, "changed": changed}
    Mandate.objects.filter(pk=mandate.pk).update(**values)
    return True


def of(pledge: Pledge) -> Mandate | None:
    """The one that may be used."""
    return pledge.mandates.filter(state__in=Mandate.USABLE).first()


def used(mandate: Mandate, *, on: dt.date) -> None:
    """Money came by it: its 36 months begin anew, and the bank knows the account."""
    rows = Mandate.objects.filter(pk=mandate.pk)
    rows.update(last_collected_on=max(on, mandate.last_collected_on or on))
    rows.filter(state__in=Mandate.USABLE).update(state=Mandate.State.ACTIVE, iban_before=None)
    mandate.refresh_from_db()


def revoke(mandate: Mandate, *, at: dt.datetime) -> bool:
    """By the giver. False for one that has ended."""
    return _end(mandate, Mandate.State.REVOKED, at=at)


def block(mandate: Mandate, *, code: str) -> bool:
    """A bank says that this account is not to be debited. Only another IBAN helps."""
    rows = Mandate.objects.filter(pk=mandate.pk, state__in=Mandate.USABLE)
    blocked = rows.update(state=Mandate.State.BLOCKED, blocked_code=code[:16]) == 1
    mandate.refresh_from_db()
    return blocked


def _end(mandate: Mandate, state: Mandate.State, *, at: dt.datetime) -> bool:
    rows = Mandate.objects.filter(pk=mandate.pk, state__in=ALIVE)
    ended = rows.update(state=state, blocked_code="", ended_at=at) == 1
    mandate.refresh_from_db()
    return ended


def lapse(*, on: dt.date, at: dt.datetime) -> int:
    """Ends what was not used for 36 months. Returns how many those are. Returned debits count as
    collections; what was refused before does not."""
    return sum(_end(mandate, Mandate.State.DORMANT, at=at) for mandate in unused(on=on))


def unused(*, on: dt.date) -> list[Mandate]:
    early = on - dt.timedelta(days=365 * YEARS)
    rows = Mandate.objects.filter(state__in=ALIVE)
    never = rows.filter(last_collected_on=None, signed_at__date__lte=early)
    long_ago = rows.filter(last_collected_on__lte=early)
    return [one for one in never | long_ago if lapses_on(one) < on]


class Agreed(Protocol):
    """A mandate, or what was read of one."""

    @property
    def evidence(self) -> dict[str, Any]: ...


class Terms(Agreed, Protocol):
    """With its time."""

    @property
    def signed_at(self) -> dt.datetime: ...
    @property
    def last_collected_on(self) -> dt.date | None: ...


def lapses_on(mandate: Terms) -> dt.date:
    """The last day on which it may be used."""
    return due_on(mandate.last_collected_on or mandate.signed_at.date(), "yearly", YEARS)


def missing() -> QuerySet[Pledge]:
    """Pledges to be debited without a mandate that may be used: their givers are to be asked."""
    usable = Mandate.objects.filter(pledge=OuterRef("pk"), state__in=Mandate.USABLE)
    return Pledge.objects.filter(~Exists(usable), method="debit", state=Pledge.State.ACTIVE)


def notice_days(mandate: Agreed) -> int:
    """Between notice and collection, as its text says."""
    return int(mandate.evidence.get("notice_days", NOTICE_DAYS))


# --- What is sealed -----------------------------------------------------------------------------


class SealedIban(Protocol):
    """A mandate, or what was read of one: values that open with its reference."""

    @property
    def reference(self) -> str: ...
    @property
    def iban(self) -> bytes | memoryview: ...


class Sealed(SealedIban, Protocol):
    """With the rest that is sealed."""

    @property
    def iban_before(self) -> bytes | memoryview | None: ...
    @property
    def holder(self) -> bytes | memoryview: ...
    @property
    def address(self) -> bytes | memoryview | None: ...


def iban_of(mandate: SealedIban) -> str:
    """In full: for files to the bank. A person looks by `look`. Raises vault.Unreadable."""
    return unseal(mandate.iban, column="mandate.iban", row=mandate.reference)


def iban_before(mandate: Sealed) -> str:
    if mandate.iban_before is None:
        return ""
    return unseal(mandate.iban_before, column="mandate.iban", row=mandate.reference)


def holder_of(mandate: Sealed) -> str:
    return unseal(mandate.holder, column="mandate.holder", row=mandate.reference)


def address_of(mandate: Sealed) -> Address | None:
    if mandate.address is None:
        return None
    told = unseal(mandate.address, column="mandate.address", row=mandate.reference)
    return Address(**json.loads(told))


class Account(Protocol):
    """What of an account may be shown."""

    @property
    def country(self) -> str: ...
    @property
    def last4(self) -> str: ...


def masked(mandate: Account) -> str:
    return f"{mandate.country} … {mandate.last4}"


def look(mandate: Mandate, *, by: Person) -> str:
    """The IBAN in full, for somebody of the office; that they looked is written down.

    Raises NoRight.
    """
    if not by.has_perm("payments.see_iban"):
        raise NoRight
    log(instance=mandate, action="payments.see_iban", user=by)
    return iban_of(mandate)
