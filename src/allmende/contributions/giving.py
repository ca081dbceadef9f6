"""From what somebody typed to a pledge, once.

The draft's key is the checkout's, the pledge's and the provider's idempotency key: however often
the last form is sent, and wherever a process dies, there is one pledge, and one payment.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.contributions import appealing, debits, reasons, ways
from allmende.contributions.campaigns import PURPOSE
from allmende.contributions.models import Campaign, Draft, Replacement
from allmende.ledger.money import Money
from allmende.paper import identity
from allmende.payments import checkout, ibans, pledges, rhythm
from allmende.payments.models import Checkout, Pledge
from allmende.payments.moving import day_of
from allmende.payments.providers import UnknownProvider
from allmende.payments.providers.port import Refused, Step, Trouble
from allmende.people import addresses
from allmende.people.kin import root
from allmende.people.models import Person

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

KEPT = dt.timedelta(days=2)
ACCOUNT = "contributions"  # of the ledger


class NotNow(Exception):
    """The provider does not answer: nothing was paid, and trying again helps."""


@dataclass(frozen=True)
class Outcome:
    """kind: "done", "instructions", "waiting" or "failed". words: of the provider's instructions.
    reason: why it failed, for readers."""

    kind: str
    pledge: Pledge
    words: dict[str, Any] = field(default_factory=dict)
    reason: "StrOrPromise" = ""


def draft(key: str) -> Draft | None:
    """What was typed so far; None for a key that is none, or a draft that is gone."""
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        return None
    return Draft.objects.select_related("campaign").filter(pk=wanted).first()


def begin(
    before: Draft | None,
    *,
    money: Money,
    rhythm: str,
    method: str,
    campaign: Campaign | None,
    appeal: int | None,
    language: str,
    at: dt.datetime,
) -> Draft:
    """Keeps what is given. Who went back changes their draft, unless it has been paid."""
    values: dict[str, Any] = {
        "cents": money.cents,
        "rhythm": rhythm,
        "method": method,
        "campaign": campaign,
        "language": language,
    }
    if before is None or checkout_of(before):
        appealing.count(appeal, on=day_of(at), begun=1)
        return Draft.objects.create(appeal=appeal, begun_at=at, **values)
    for name, value in values.items():
        setattr(before, name, value)
    before.save(update_fields=list(values))
    return before


def keep(draft: Draft, typed: dict[str, Any]) -> None:
    """What was typed before stays where this way of paying does not ask for it."""
    draft.keep(draft.typed | typed)
    draft.save(update_fields=["sealed"])


def checkout_of(draft: Draft) -> Checkout | None:
    """Of one that was sent already."""
    rows = Checkout.objects.select_related("pledge").filter(pk=draft.key)
    return rows.exclude(pledge=None).first()


def summary(draft: Draft) -> dict[str, Any]:
    """What the last look shows."""
    typed = draft.typed
    found: dict[str, Any] = {
        "draft": draft,
        "title": ways.title(draft.method),
        "name": f"{typed.get('first_name', '')} {typed.get('last_name', '')}".strip(),
        "email": typed.get("email", ""),
    }
    if draft.method == debits.METHOD and typed.get("iban"):
        found["iban"] = ibans.masked(typed["iban"])
        found["mandate"] = debits.words(language=draft.language)
    return found


def pay(draft: Draft, *, origin: str, at: dt.datetime) -> Step:
    """Makes the pledge and asks the provider. origin: hash of the sender's address, evidence of a
    mandate. Asks over the network: never inside a transaction.

    Raises NotNow. What the provider refused shows in the outcome.
    """
    sent = promise(draft, origin=origin, at=at)
    try:
        return checkout.proceed(sent, words=words_for(draft), at=at)
    except Refused as refused:
        return Step("failed", words={"code": refused.code})
    except (Trouble, UnknownProvider) as trouble:
        raise NotNow from trouble


@transaction.atomic
def promise(draft: Draft, *, origin: str, at: dt.datetime) -> Checkout:
    """The pledge of a draft, with what proves it. The draft's row is held, so that a second click
    waits and finds it."""
    draft = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if standing := checkout_of(draft):
        return standing
    typed = draft.typed
    person = giver(typed, language=draft.language, at=at)
    terms = pledges.Terms(draft.amount, draft.rhythm, first_day(draft, at=at), draft.method)
    reference = draft.campaign.purpose if draft.campaign else ""
    cause = pledges.Cause(PURPOSE, ACCOUNT, f"person:{root(person).pk}", reference)
    back = reverse("contribute_thanks", args=[draft.key])
    made = checkout.begin(draft.key, person=person, terms=terms, cause=cause, back=back, at=at)
    assert made.pledge is not None
    if draft.method == debits.METHOD:
        debits.sign(made.pledge, typed, language=draft.language, origin=origin, at=at)
    if draft.replaces:
        Replacement.objects.get_or_create(after=made.pledge, defaults={"before": draft.replaces})
    appealing.count(draft.appeal, on=day_of(at), given=1)
    return made


def giver(typed: dict[str, Any], *, language: str, at: dt.datetime) -> Person:
    """Who has the address; names that stand already are not changed by a form."""
    email = typed["email"].strip().lower()
    names = {"first_name": typed.get("first_name", ""), "last_name": typed.get("last_name", "")}
    address = addresses.reached(email) or addresses.newcomer(
        email, language=language, at=at, **names
    )
    person = address.person
    if not person.get_full_name() and any(names.values()):
        person.first_name, person.last_name = names["first_name"], names["last_name"]
        person.save(update_fields=["first_name", "last_name"])
    return person


def first_day(draft: Draft, *, at: dt.datetime) -> dt.date:
    """When the first payment is due: now; later where an account has to be told first, or where
    another pledge has covered the time until then."""
    today = day_of(at)
    day = debits.first_day(on=today) if draft.method == debits.METHOD else today
    before = draft.replaces
    if before is not None:
        period = pledges.change_from(before, day=today)
        day = max(day, rhythm.due_on(before.anchor, before.rhythm, period))
    return day


def words_for(draft: Draft) -> checkout.Words:
    """What stands at the provider, and how one comes back."""
    paper = identity.paper()
    purpose = draft.campaign.title if draft.campaign else _("Contribution")
    return checkout.Words(
        purpose=purpose,
        paper=paper.name,
        language=draft.language,
        back=settings.PAPER_URL + reverse("contribute_thanks", args=[draft.key]),
        gone=settings.PAPER_URL + reverse("contribute_gone", args=[draft.key]),
    )


def outcome(sent: Checkout, *, at: dt.datetime) -> Outcome:
    """What became of it. Asks over the network: never inside a transaction."""
    standing = checkout.came_back(sent, at=at)
    pledge = sent.pledge
    assert pledge is not None
    if standing == "failed":
        item = pledge.items.order_by("period").first()
        code = sent.code or (item.code if item else "")
        return Outcome("failed", pledge, reason=reasons.words(code))
    step = sent.step or {}
    if step.get("kind") == "instructions":
        return Outcome("instructions", pledge, words=step.get("words", {}))
    return Outcome(standing, pledge)


def instructions(pledge: Pledge) -> dict[str, Any]:
    """What the giver has to do by themselves, as to transfer; empty where nothing."""
    sent = Checkout.objects.filter(pledge=pledge).first()
    step = sent.step if sent else {}
    return step.get("words", {}) if step.get("kind") == "instructions" else {}


@transaction.atomic
def copy(draft: Draft, *, at: dt.datetime) -> Draft:
    """For another try: nothing is typed twice."""
    fresh = Draft(
        cents=draft.cents,
        rhythm=draft.rhythm,
        method=draft.method,
        campaign=draft.campaign,
        replaces=draft.replaces,
        language=draft.language,
        begun_at=at,
    )
    if draft.sealed is not None:
        fresh.keep(draft.typed)
    fresh.save(force_insert=True)
    return fresh


def sweep(*, at: dt.datetime) -> int:
    """Forgets what was typed two days ago. Returns how many drafts went."""
    return Draft.objects.filter(begun_at__lt=at - KEPT).delete()[0]
