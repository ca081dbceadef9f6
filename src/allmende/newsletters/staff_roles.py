"""Who makes newsletters: authors draft, editors and the chief editor approve."""

from allmende.people.roles import Role, allow

DRAFTS = ["newsletters.view_issue", "newsletters.add_issue", "newsletters.change_issue"]
APPROVES = "newsletters.approve_issue"


def lay_permissions() -> None:
    """Once is as good as twice."""
    allow(Role.AUTHOR, *DRAFTS)
    allow(Role.EDITOR, *DRAFTS, APPROVES)
    allow(Role.CHIEF_EDITOR, *DRAFTS, APPROVES)
