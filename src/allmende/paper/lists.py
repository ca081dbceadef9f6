"""Lists of the staff's screens that apps share."""

from django.utils.functional import cached_property
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views import snippets


class SingleList(snippets.IndexView):
    """Without boxes to tick: nothing is done with several at once."""

    @cached_property
    def columns(self) -> list[Column]:
        return [column for column in super().columns if column.name != "bulk_actions"]
