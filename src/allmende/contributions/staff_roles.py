"""Who keeps contributions: the office. The chief editor writes appeals and campaigns too, for they
stand below articles."""

from allmende.people.roles import Role, allow

WORDS = [
    f"contributions.{deed}_{what}"
    for what in ("appeal", "campaign")
    for deed in ("view", "add", "change", "delete")
]
OFFICE = [
    "contributions.change_offer",
    "contributions.change_publicaccounts",
    "contributions.view_declaration",
    "contributions.change_declaration",
    "payments.view_pledge",
    "payments.change_pledge",
    "payments.view_method",
    "payments.change_method",
]


def lay_permissions() -> None:
    """Once is as good as twice."""
    allow(Role.CHIEF_EDITOR, *WORDS)
    allow(Role.OFFICE, *WORDS, *OFFICE)
