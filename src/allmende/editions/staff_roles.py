"""Who makes editions: editors and the chief editor."""

from allmende.people.roles import Role, allow

MAKES = ["editions.view_edition", "editions.add_edition", "editions.change_edition"]


def lay_permissions() -> None:
    """Once is as good as twice."""
    allow(Role.EDITOR, *MAKES)
    allow(Role.CHIEF_EDITOR, *MAKES, "editions.delete_edition")
