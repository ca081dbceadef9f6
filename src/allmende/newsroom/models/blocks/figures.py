"""Tables, and plots of tables."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from allmende.newsroom.models.blocks.numbers import number
from allmende.newsroom.models.blocks.readiness import CheckedBlock

# More would be a grey field; the table below holds any number.
MOST_SERIES = 4
MOST_BARS = 40


def cells() -> TypedTableBlock:
    return TypedTableBlock(
        [
            ("text", blocks.CharBlock(label=pgettext_lazy("cell", "text"), required=False)),
            ("number", blocks.CharBlock(label=pgettext_lazy("cell", "number"), required=False)),
        ],
        label=_("table"),
    )


class TableBlock(blocks.StructBlock):
    """A table; the column headings are header cells, the first column may be too."""

    caption = blocks.CharBlock(label=_("caption"), max_length=240)
    table = cells()
    row_headers = blocks.BooleanBlock(
        label=_("first column names the row"), required=False, default=True
    )

    class Meta:
        icon = "table"
        label = _("Table")
        template = "newsroom/blocks/table.html"


class PlotBlock(CheckedBlock):
    """A table drawn as bars or lines: the first column names the rows, the others hold numbers."""

    caption = blocks.CharBlock(label=_("caption"), max_length=240)
    kind = blocks.ChoiceBlock(
        label=_("drawn as"),
        choices=[("bars", _("bars")), ("lines", pgettext_lazy("of a chart", "lines"))],
        default="bars",
        help_text=_("Bars compare, lines show a course."),
        search_index=False,
    )
    unit = blocks.CharBlock(label=_("unit"), required=False, max_length=40)
    table = cells()
    source = blocks.CharBlock(
        label=_("where the numbers come from"), required=False, max_length=200
    )

    class Meta:
        icon = "order-up"
        label = _("Plot of a table")
        template = "newsroom/blocks/plot.html"

    def faults(self, value: Any) -> dict[str, ValidationError]:
        return {"table": fault} if (fault := table_fault(value["table"], value["kind"])) else {}


def table_fault(table: Any, kind: str) -> ValidationError | None:
    """Why a table cannot be drawn; None when it can."""
    rows = list(table.rows)
    least = 2 if kind == "lines" else 1
    if not 2 <= len(table.columns) <= MOST_SERIES + 1 or len(rows) < least:
        return ValidationError(
            _("A plot needs a column of names, one to %(most)d columns of numbers, and rows.")
            % {"most": MOST_SERIES}
        )
    if kind == "bars" and len(rows) * (len(table.columns) - 1) > MOST_BARS:
        return ValidationError(_("More than %(most)d bars: take lines.") % {"most": MOST_BARS})
    for row in rows:
        for cell in list(row)[1:]:
            if str(cell.value or "").strip() and number(cell.value) is None:
                return ValidationError(_("“%(cell)s” is no number.") % {"cell": cell.value})
    if not any(number(cell.value) is not None for row in rows for cell in list(row)[1:]):
        return ValidationError(_("There is no number in this table."))
    return None
