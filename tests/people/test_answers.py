"""Every field that leads to a person is answered for by an app."""

from collections.abc import Iterator

import pytest
from django.apps import apps

from allmende.people.answers import FATES
from allmende.people.models import Person

pytestmark = pytest.mark.no_database


def leading_to_persons() -> Iterator[str]:
    for model in apps.get_models(include_auto_created=True):
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            through = field.many_to_many  # its own table is among the models
            if field.related_model is Person and not through:
                yield f"{model._meta.label}.{field.name}"


def test_every_field_that_leads_to_a_person_is_answered_for():
    """A new one? Name it in your app's `persons.py`, and erase, export and merge what it holds."""
    assert set(leading_to_persons()) == FATES.keys()
