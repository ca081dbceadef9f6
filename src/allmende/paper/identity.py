"""The paper, to whoever asks who it is."""

from django.db.models import prefetch_related_objects

from allmende.paper.models import Paper


def paper() -> Paper:
    """The one paper, with its menu items and their pages; made on first use."""
    found = Paper.load()
    prefetch_related_objects([found], "menu_items__page")
    return found
