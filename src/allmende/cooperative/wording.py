"""The words of a declaration to join, made from what the statute says (§§ 15, 15a, 15b GenG).

    text = wording.declaration(applicant, statute=found, group="Readers", shares=3, instalments=1)
    text.blocks          # sentences; those with a code are highlighted, and acknowledged one by one
    wording.kept(text)   # as it is kept, word for word

§ 15a GenG: that more may have to be paid (*Nachschuss*), other duties to pay, and a period of
notice of more than a year are acknowledged expressly; in a form on a screen they are highlighted,
and nothing else is. All else is a plain sentence. The language is the one that is switched on.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.cooperative import terms
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import Statute
from allmende.ledger.money import Money, show
from allmende.paper import identity

LONG_NOTICE = 12  # months; what is longer is acknowledged expressly (§ 15a sentence 3)
NACHSCHUSS, PAYMENTS, NOTICE = "nachschuss", "payments", "notice"


@dataclass(frozen=True)
class Block:
    """code: of what is highlighted; empty for a plain sentence."""

    words: str
    code: str = ""


@dataclass(frozen=True)
class Text:
    title: str
    language: str
    blocks: list[Block]

    @property
    def highlighted(self) -> list[Block]:
        return [block for block in self.blocks if block.code]

    @property
    def plain(self) -> str:
        """For mails and for machines."""
        return "\n\n".join([self.title, *(block.words for block in self.blocks)])


def kept(text: Text) -> dict[str, Any]:
    return asdict(text)


def read(told: dict[str, Any]) -> Text:
    """The inverse of `kept`."""
    blocks = [Block(**block) for block in told["blocks"]]
    return Text(told["title"], told["language"], blocks)


def declaration(
    applicant: Applicant,
    *,
    statute: Statute,
    group: str,
    shares: int,
    instalments: int,
    member: int | None = None,
) -> Text:
    """group: its name. member: the number of a member who takes further shares (§ 15b)."""
    title = _("Declaration to join") if member is None else _("Declaration of further shares")
    sentences = [
        lead(applicant, group=group, member=member),
        taken(statute, shares=shares, further=member is not None),
        duty(applicant, statute=statute, shares=shares, instalments=instalments),
        *acknowledged(applicant, statute=statute, shares=shares),
        *without_more(statute),
        reading(statute),
        *paid_by(applicant),
        Block(kept_list()),
    ]
    return Text(title, spoken(), sentences)


def lead(applicant: Applicant, *, group: str, member: int | None) -> Block:
    said = {
        "who": described(applicant),
        "cooperative": cooperative(),
        "group": group,
        "number": member,
    }
    plural = speaks_for_others(applicant)
    if member is not None:
        words = (
            _("We, %(who)s, member number %(number)s of %(cooperative)s, take further shares.")
            if plural
            else _("I, %(who)s, member number %(number)s of %(cooperative)s, take further shares.")
        )
    else:
        words = (
            _("We, %(who)s, hereby declare unconditionally that we join %(cooperative)s.")
            if plural
            else _("I, %(who)s, hereby declare unconditionally that I join %(cooperative)s.")
        )
        words += " " + _("Group of members: %(group)s.")
    return Block(words % said)


def notice(applicant: Applicant, *, member: int | None, shares: int | None) -> Text:
    """On paper, to be signed (§ 65 GenG). shares: None is the whole membership."""
    said = {"who": described(applicant), "cooperative": cooperative(), "number": member}
    if shares is None:
        words = (
            _("We, %(who)s, member number %(number)s of %(cooperative)s, give notice of our"
              " membership at the next possible time.")
            if speaks_for_others(applicant)
            else _("I, %(who)s, member number %(number)s of %(cooperative)s, give notice of my"
                   " membership at the next possible time.")
        )  # fmt: skip
        return Text(_("Notice"), spoken(), [Block(words % said)])
    words = ngettext(
        "%(who)s, member number %(number)s of %(cooperative)s: notice of %(shares)d share at the"
        " next possible time. The membership goes on with the others.",
        "%(who)s, member number %(number)s of %(cooperative)s: notice of %(shares)d shares at the"
        " next possible time. The membership goes on with the others.",
        shares,
    )
    return Text(_("Notice"), spoken(), [Block(words % (said | {"shares": shares}))])


def described(applicant: Applicant) -> str:
    """Name and address, with those who declare in somebody's place (§ 15 (1) sentence 3)."""
    parts = [", ".join(applicant.lines)]
    if applicant.born_on:
        day = date_format(dt.date.fromisoformat(applicant.born_on), "DATE_FORMAT")
        parts.append(_("born on %(day)s") % {"day": day})
    if applicant.guardians:
        names = _(" and ").join(applicant.guardians)
        parts.append(_("represented by the legal guardians %(names)s") % {"names": names})
    if applicant.representative:
        parts.append(_("represented by %(name)s") % {"name": applicant.representative})
    return ", ".join(parts)


def speaks_for_others(applicant: Applicant) -> bool:
    return bool(applicant.organisation)


def taken(statute: Statute, *, shares: int, further: bool) -> Block:
    if further:
        words = ngettext(
            "What is taken is %(shares)d further share of %(share)s, that is %(sum)s.",
            "What is taken is %(shares)d further shares of %(share)s each, that is %(sum)s.",
            shares,
        )
    else:
        words = ngettext(
            "What is taken is %(shares)d share of %(share)s, that is %(sum)s.",
            "What is taken is %(shares)d shares of %(share)s each, that is %(sum)s.",
            shares,
        )
    whole = statute.share * shares
    return Block(words % {"shares": shares, "share": money(statute.share), "sum": money(whole)})


def duty(applicant: Applicant, *, statute: Statute, shares: int, instalments: int) -> Block:
    """§ 15a sentence 1."""
    words = (
        _("We undertake to make the payments on the shares that law and statute require: %(how)s.")
        if speaks_for_others(applicant)
        else _("I undertake to make the payments on the shares that law and statute require:"
               " %(how)s.")
    )  # fmt: skip
    how = payments(statute, shares=shares, instalments=instalments)
    return Block(words % {"how": how})


def payments(statute: Statute, *, shares: int, instalments: int) -> str:
    """ "150 € within 14 days of admission", "20 instalments of 75 €, the first within …"."""
    plan = terms.plan(statute, shares=shares, instalments=instalments)
    said: dict[str, Any] = {
        "amount": money(plan[0]),
        "last": money(plan[-1]),
        "number": instalments,
        "days": statute.payment_days,
        "months": statute.instalment_months,
    }
    if instalments == 1:
        return _("%(amount)s within %(days)d days of admission") % said
    if plan[0] == plan[-1]:
        words = _("%(number)d instalments of %(amount)s")
    else:
        words = _("%(number)d instalments of %(amount)s, the last one of %(last)s")
    rhythm = ngettext("one a month", "one every %(months)d months", statute.instalment_months)
    first = _("the first within %(days)d days of admission")
    return f"{words}, {rhythm}, {first}" % said


def acknowledged(applicant: Applicant, *, statute: Statute, shares: int) -> Iterator[Block]:
    """§ 15a sentences 2 and 3: exactly what is to be highlighted."""
    plural = speaks_for_others(applicant)
    if statute.nachschuss != Statute.Nachschuss.NONE:
        yield Block(nachschuss(statute, shares=shares, plural=plural), NACHSCHUSS)
    if statute.further_payments:
        words = (
            _("We expressly acknowledge these further duties to pay: %(duties)s")
            if plural
            else _("I expressly acknowledge these further duties to pay: %(duties)s")
        )
        yield Block(words % {"duties": statute.further_payments.strip()}, PAYMENTS)
    if statute.notice_months > LONG_NOTICE:
        words = (
            _("We expressly acknowledge that the period of notice is %(time)s to the end of a"
              " business year, hence more than a year.")
            if plural
            else _("I expressly acknowledge that the period of notice is %(time)s to the end of a"
                   " business year, hence more than a year.")
        )  # fmt: skip
        yield Block(words % {"time": span(statute.notice_months)}, NOTICE)


def nachschuss(statute: Statute, *, shares: int, plural: bool) -> str:
    if statute.nachschuss == Statute.Nachschuss.UNLIMITED:
        return (
            _("We undertake to pay what the creditors of the cooperative are still owed in its"
              " insolvency (Nachschuss), without limit.")
            if plural
            else _("I undertake to pay what the creditors of the cooperative are still owed in its"
                   " insolvency (Nachschuss), without limit.")
        )  # fmt: skip
    each = Money(statute.nachschuss_cents or 0, statute.currency)
    words = (
        _("We undertake to pay what the creditors of the cooperative are still owed in its"
          " insolvency (Nachschuss), up to the sum that the statute names: %(each)s for each share,"
          " together %(sum)s.")
        if plural
        else _("I undertake to pay what the creditors of the cooperative are still owed in its"
               " insolvency (Nachschuss), up to the sum that the statute names: %(each)s for each"
               " share, together %(sum)s.")
    )  # fmt: skip
    return words % {"each": money(each), "sum": money(each * shares)}


def without_more(statute: Statute) -> Iterator[Block]:
    """What need not be acknowledged, but is good to know."""
    if statute.nachschuss == Statute.Nachschuss.NONE:
        yield Block(_("There is no duty to pay more than the shares (no Nachschuss)."))
    if statute.notice_months <= LONG_NOTICE:
        words = _("The period of notice is %(time)s to the end of a business year.")
        yield Block(words % {"time": span(statute.notice_months)})


def reading(statute: Statute) -> Block:
    """§ 15 (1) sentence 2."""
    words = _(
        "The statute in force could be read before this declaration at %(url)s, and a printout was"
        " offered: version %(number)d, in force from %(day)s, SHA-256 %(hash)s."
    )
    said = {
        "url": settings.PAPER_URL + statute.url,
        "number": statute.number,
        "day": date_format(statute.in_force_from, "DATE_FORMAT"),
        "hash": statute.document_id,
    }
    return Block(words % said)


def paid_by(applicant: Applicant) -> Iterator[Block]:
    if applicant.giver:
        words = _("The shares are a gift: %(giver)s wants to pay for them. The duty to pay stays"
                  " with the member.")  # fmt: skip
        yield Block(words % {"giver": applicant.giver})


def kept_list() -> str:
    """What § 30 GenG asks the cooperative to keep, said at entry."""
    return _(
        "The law has the cooperative keep a list of its members: name, address, shares, and the"
        " days of entry and exit. These entries cannot be deleted on request."
    )


def span(months: int) -> str:
    """ "three months", "two years"."""
    if months % 12 == 0 and months > 12:
        return ngettext("%(number)d year", "%(number)d years", months // 12) % {
            "number": months // 12
        }
    return ngettext("%(number)d month", "%(number)d months", months) % {"number": months}


def cooperative() -> str:
    paper = identity.paper()
    return paper.legal_entity or paper.name


def money(amount: Money) -> str:
    return show(amount, language=spoken())


def spoken() -> str:
    return (translation.get_language() or "de").split("-")[0]
