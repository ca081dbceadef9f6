"""A text is translated alike in all apps, or has contexts."""

import pytest

from tests.in_step import compiled, differences, translated

pytestmark = pytest.mark.no_database


def test_text_that_apps_translate_differently_is_told():
    told = list(
        differences(
            {
                "payments": {"Settle": "Erledigen", "To": "An"},
                "cooperative": {"Settle": "Auseinandersetzen", "To": "An"},
            }
        )
    )
    assert len(told) == 1
    assert "'Settle'" in told[0]
    assert "'payments': 'Erledigen', 'cooperative': 'Auseinandersetzen'" in told[0]


def test_plurals_are_compared_too():
    one, other = {("%s line", 1): "%s Zeilen"}, {("%s line", 1): "%s Reihen"}
    assert list(differences({"site": one, "payments": other}))


def test_contexts_tell_texts_apart():
    assert not list(
        differences({"site": {"Search": "Suche"}, "people": {"button\x04Search": "Suchen"}})
    )


def test_apps_of_the_house_translate_alike():
    catalogues = {app.name: compiled(app) for app in translated()}
    assert ("button\x04Search", "Suchen") in catalogues["newsroom"].items()
    assert not list(differences(catalogues))
