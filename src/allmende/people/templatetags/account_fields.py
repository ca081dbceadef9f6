"""Fields of the account forms, written for everybody: labelled above, never by placeholder."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

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
