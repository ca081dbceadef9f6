"""What newsletters are made of: who gets them, and their issues."""

from allmende.newsletters.models.issues import Issue, Item
from allmende.newsletters.models.subscriptions import (
    Change,
    DayCount,
    FormerAddress,
    Newsletter,
    Subscription,
    SubscriptionQuerySet,
    path_of,
)

__all__ = [
    "Change",
    "DayCount",
    "FormerAddress",
    "Issue",
    "Item",
    "Newsletter",
    "Subscription",
    "SubscriptionQuerySet",
    "path_of",
]
