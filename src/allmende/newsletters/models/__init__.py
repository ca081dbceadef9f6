"""What newsletters are made of: who gets them, and their issues."""

from allmende.newsletters.models.issues import Issue, Item
from allmende.newsletters.models.subscriptions import (
    Change,
    DayCount,
    Newsletter,
    Subscription,
    SubscriptionQuerySet,
)

__all__ = [
    "Change",
    "DayCount",
    "Issue",
    "Item",
    "Newsletter",
    "Subscription",
    "SubscriptionQuerySet",
]
