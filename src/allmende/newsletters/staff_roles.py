"""Who makes newsletters: authors draft, editors and the chief editor approve. Who keeps them: the
office with their subscribers, and the chief editor."""

from allmende.people.roles import Role, allow

DRAFTS = ["newsletters.view_issue", "newsletters.add_issue", "newsletters.change_issue"]
APPROVES = "newsletters.approve_issue"
KEEPS = [
    "newsletters.view_newsletter",
    "newsletters.add_newsletter",
    "newsletters.change_newsletter",
]
SUBSCRIBERS = [
    "newsletters.view_subscription",
    "newsletters.change_subscription",
    "newsletters.export_subscription",
    "newsletters.import_subscription",
]


def lay_permissions() -> None:
    """Once is as good as twice."""
    allow(Role.AUTHOR, *DRAFTS)
    allow(Role.EDITOR, *DRAFTS, APPROVES)
    allow(Role.CHIEF_EDITOR, *DRAFTS, APPROVES, *KEEPS)
    allow(Role.OFFICE, *KEEPS, *SUBSCRIBERS)
