"""What readers are told: the words of the public pages, and questions with answers."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views import snippets

from allmende.cooperative.models import Question
from allmende.paper.lists import SingleList

panels = ObjectList(
    [
        FieldPanel("is_public"),
        MultiFieldPanel(
            [FieldPanel("heading_de"), FieldPanel("intro_de"), FieldPanel("rights_de")],
            heading=_("In German"),
        ),
        MultiFieldPanel(
            [FieldPanel("heading_en"), FieldPanel("intro_en"), FieldPanel("rights_en")],
            heading=_("In English"),
        ),
        FieldPanel("shows_figures"),
    ]
)


class QuestionViewSet(snippets.SnippetViewSet):
    model = Question
    icon = "help"
    menu_label = _("Questions")
    copy_view_enabled = False
    inspect_view_enabled = False
    sort_order_field = "position"
    index_view_class = SingleList
    list_display = ["question", Column("language", label=_("Language"))]
    edit_handler = ObjectList(
        [FieldPanel("language"), FieldPanel("question"), FieldPanel("answer")]
    )
