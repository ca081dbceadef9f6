"""Fields of the account forms, written for everybody: labelled above, never by placeholder."""

import datetime as dt
from typing import Any

from django import template
from django.forms import BoundField
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from allmende.people.answers import Section

register = template.Library()

# A code is typed from a mail or an app: no capital letters, no corrections, no dictionary.
CODE = {"autocapitalize": "characters", "autocorrect": "off", "spellcheck": "false"}


@register.filter
def bare(field: BoundField) -> SafeString:
    """The field's input without placeholder, tied to its help and error."""
    attrs: dict[str, str | bool] = {}
    widget = field.field.widget
    widget.attrs.pop("placeholder", None)
    if widget.attrs.get("autocomplete") == "one-time-code":
        attrs |= CODE
    described = [f"{field.auto_id}_helptext"] if field.help_text else []
    if field.errors:
        described.append(f"{field.auto_id}_error")
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


@register.filter
def facts(section: Section, row: dict[str, Any]) -> list[tuple[str, str]]:
    """What a row of an export says, field by field; what is empty says nothing."""
    return [
        (str(label), written(row[name]))
        for name, label in section.labels.items()
        if row.get(name) not in (None, "")
    ]


def written(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dt.datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    return str(value)
