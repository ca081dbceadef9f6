"""Who keeps the cooperative: the office. The board's own rights are those of the register."""

from allmende.people.roles import Role, allow

OFFICE = [
    *(
        f"cooperative.{deed}_{what}"
        for what in ("statute", "question")
        for deed in ("view", "add", "change", "delete")
    ),
    "cooperative.view_declaration",
    "cooperative.add_declaration",
    "cooperative.change_declaration",
    "cooperative.view_printout",
    "cooperative.change_printout",
    "cooperative.change_cooperativepage",
]


def lay_permissions() -> None:
    """Once is as good as twice."""
    allow(Role.OFFICE, *OFFICE)
