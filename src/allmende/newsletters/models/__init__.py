"""What newsletters are made of: who gets them, and their issues."""

from allmende.newsletters.models.issues import Issue, Item
from allmende.newsletters.models.subscriptions import COLOUR, Change, Newsletter, Subscription

__all__ = ["COLOUR", "Change", "Issue", "Item", "Newsletter", "Subscription"]
