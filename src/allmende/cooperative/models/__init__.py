"""The cooperative: its statute, who wants to join, its register. See the modules for the nouns."""

from allmende.cooperative.models.statute import MemberGroup, Statute, StatuteDocument

__all__ = ["MemberGroup", "Statute", "StatuteDocument"]
