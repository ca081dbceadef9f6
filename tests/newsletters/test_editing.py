"""What an editor does with a draft."""

import pytest

from allmende.newsletters import dispatch, editing
from allmende.newsletters.models import Item
from tests.factories import newsroom as make
from tests.factories.editions import edition
from tests.factories.newsletters import FRIDAY, issue
from tests.people import cast

pytestmark = pytest.mark.django_db


def test_each_deed_names_who_wrote_last_and_raises_the_version():
    jana, row = cast.staff("Jana"), issue()
    articles = [make.article(name, slug=name.lower()) for name in ("Eins", "Zwei", "Drei")]
    assert editing.add(row, [*articles, articles[0]], part=Item.Part.TOPICS, by=jana) == 3
    editing.move(row.items.get(article=articles[2]), to=0, by=jana)
    editing.remove(row.items.get(article=articles[0]), by=jana)
    item = row.items.get(article=articles[1])
    editing.reword(item, headline="Anders", teaser="", embargoed=False, by=jana)
    editing.write(row, subject="Neu", by=jana)
    row.refresh_from_db()
    assert [str(item) for item in row.items.all()] == ["Drei", "Anders"]
    assert (row.version, row.written_by, row.subject) == (5, jana, "Neu")


def test_highlights_of_another_edition_take_the_place_of_those_before():
    row, first, second = issue(), make.article("Eins"), make.article("Zwei", slug="zwei")
    editing.add(row, [first], part=Item.Part.HIGHLIGHTS, by=None)
    assert editing.take_highlights(row, edition(second), by=None) == 1
    assert [item.article for item in row.items.all()] == [second]


def test_nothing_changes_once_it_is_no_draft():
    row = issue()
    assert dispatch.stop(row, at=FRIDAY)
    assert not dispatch.stop(row, at=FRIDAY)
    with pytest.raises(editing.NotADraft):
        editing.write(row, subject="Neu", by=None)
    with pytest.raises(editing.NotADraft):
        editing.add(row, [make.article()], part=Item.Part.TOPICS, by=None)
    row.refresh_from_db()
    assert row.version == 0
