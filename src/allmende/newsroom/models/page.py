"""Wagtail's base page, our own so that a column can be added to it one day."""

from wagtail.models import AbstractPage
from wagtail.models.pages import AbstractPageMeta

from allmende.bakery.ingredients import Traced


class Page(Traced, AbstractPage):
    """Common base of all pages. Search titles and menu flags of Wagtail's own are left out:
    the headline is the title, and menus are kept in `paper`."""

    trace = "page"

    class Meta(AbstractPageMeta):
        pass
