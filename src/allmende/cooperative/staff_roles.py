"""Who keeps the cooperative: the office writes the register, the board decides."""

from allmende.people.roles import Role, allow

REGISTER = [
    "cooperative.inspect_register",
    "cooperative.keep_register",
    "cooperative.pay_out_membership",
    "cooperative.view_declaration",
    "cooperative.view_memberpaper",
    "cooperative.view_statute",
]
OFFICE = [
    *REGISTER,
    *(
        f"cooperative.{deed}_{what}"
        for what in ("statute", "question")
        for deed in ("view", "add", "change", "delete")
    ),
    "cooperative.add_declaration",
    "cooperative.change_declaration",
    "cooperative.view_printout",
    "cooperative.change_printout",
    "cooperative.change_cooperativepage",
]
BOARD = [*REGISTER, "cooperative.decide_membership"]


def lay_permissions() -> None:
    """Once is as good as twice."""
    allow(Role.OFFICE, *OFFICE)
    allow(Role.BOARD, *BOARD)
