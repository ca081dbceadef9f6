"""How far a campaign is: counted from the books by the schedule, shown by its page.

The page shows what stands in the campaign's row, so it is renewed once a minute at the most, and
only where something changed.
"""

from django.db import transaction
from django.db.models import F, Sum

from allmende.contributions.models import Campaign
from allmende.payments.models import PaymentAttempt

PURPOSE = "contribution"
# Money that is there; what of it was given back since is not.
STANDS = [PaymentAttempt.State.SETTLED, PaymentAttempt.State.REFUNDED]


def recount() -> int:
    """Brings the rows of public campaigns in step with the books. Returns how many changed."""
    campaigns = Campaign.objects.filter(is_public=True)
    return sum(recount_one(pk) for pk in campaigns.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def recount_one(pk: int) -> bool:
    campaign = Campaign.objects.select_for_update().get(pk=pk)
    cents, givers = counted(campaign)
    if (cents, givers) == (campaign.given_cents, campaign.givers):
        return False
    campaign.given_cents, campaign.givers = cents, givers
    campaign.save(update_fields=["given_cents", "givers"])
    return True


def counted(campaign: Campaign) -> tuple[int, int]:
    """Cents that are there, and from how many."""
    rows = PaymentAttempt.objects.filter(
        item__pledge__purpose=PURPOSE, item__pledge__reference=campaign.purpose, state__in=STANDS
    )
    cents = rows.aggregate(sum=Sum(F("cents") - F("refunded_cents")))["sum"] or 0
    paying = rows.filter(cents__gt=F("refunded_cents"))
    return cents, paying.values("item__pledge__party").distinct().count()
