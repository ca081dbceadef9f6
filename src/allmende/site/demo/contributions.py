"""The demo's contributions: what asks for them, a campaign, readers who give, and open books."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from allmende.contributions import campaigns, giving, managing
from allmende.contributions.models import Appeal, Campaign, Draft, Offer, PublicAccounts
from allmende.newsroom.models import SectionPage
from allmende.payments import checkout, due, settle
from allmende.payments.models import BankAccount, Pledge
from allmende.payments.moving import day_of

CONTENT = Path(__file__).parent / "content" / "contributions.toml"
MONTH = dt.timedelta(days=30)
REST = dt.timedelta(days=60)


def lay(*, at: dt.datetime) -> None:
    """Twice changes nothing."""
    if Appeal.objects.exists():
        return
    words = tomllib.loads(CONTENT.read_text())
    BankAccount.objects.create(is_main=True, **words["account"])
    Offer.objects.update_or_create(pk=Offer.load().pk, defaults=words["offer"])
    Campaign.objects.create(starts_on=day_of(at - 2 * MONTH), **words["campaign"])
    for row in words["appeals"]:
        lay_appeal(row)
    for row in words["givers"]:
        lay_giver(row, at=at)
    campaigns.recount()
    PublicAccounts.objects.update_or_create(
        pk=PublicAccounts.load().pk, defaults=words["public_accounts"]
    )


def lay_appeal(row: dict[str, Any]) -> None:
    section = SectionPage.objects.filter(slug=row.pop("section", "")).first()
    campaign = Campaign.objects.filter(slug=row.pop("campaign", "")).first()
    Appeal.objects.create(section_id=section.pk if section else None, campaign=campaign, **row)


def lay_giver(row: dict[str, Any], *, at: dt.datetime) -> None:
    """As on the page: a draft, its pledge, and money for what has been due since."""
    begun = at - row["months_ago"] * MONTH
    draft = Draft(
        cents=row["euros"] * 100,
        rhythm=row["rhythm"],
        method=row["method"],
        campaign=Campaign.objects.filter(slug=row.get("campaign", "")).first(),
        begun_at=begun,
    )
    names = {name: row[name] for name in ("first_name", "last_name", "email")}
    holder = f"{row['first_name']} {row['last_name']}"
    draft.keep({**names, "holder": holder, "iban": row.get("iban", "")})
    draft.save()
    sent = giving.promise(draft, origin="demo", at=begun)
    checkout.proceed(sent, words=giving.words_for(draft), at=begun)
    assert sent.pledge is not None
    pledge = Pledge.objects.get(pk=sent.pledge.pk)
    if not row.get("unpaid"):
        collect(pledge, at=at)
    if row.get("paused"):
        managing.pause(pledge, until=day_of(at + REST), at=at)
    if row.get("ended"):
        managing.declare(pledge, kind="end", at=at - dt.timedelta(days=9))
    draft.delete()


def collect(pledge: Pledge, *, at: dt.datetime) -> None:
    """What was due until now is there."""
    due.plan_one(pledge, until=day_of(at), at=at)
    for item in pledge.items.filter(due_on__lte=day_of(at)).order_by("period"):
        key = f"demo-{pledge.pk}-{item.period}"
        attempt = settle.try_once(item, provider=pledge.method, key=key, at=at)
        settle.collected(attempt, into="bank", on=item.due_on, at=at)
