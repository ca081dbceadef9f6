"""{% paper as paper %}: the paper's name and look in a template."""

from django import template

from allmende.paper import identity
from allmende.paper.models import Paper

register = template.Library()


@register.simple_tag
def paper() -> Paper:
    return identity.paper()
