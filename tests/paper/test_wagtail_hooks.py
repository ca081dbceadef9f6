"""The office's screen for the paper's settings."""

from typing import Any

import pytest
from django.test import Client

from allmende.paper.identity import paper
from allmende.paper.models import Paper
from tests.people import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def address() -> str:
    return f"/redaktion/settings/paper/paper/{paper().pk}/"


@pytest.fixture
def office(client: Client) -> Client:
    cast.come_in(client, cast.staff("Otto", "office"))
    return client


def filled(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Auentaler Bote",
        "claim": "Die Zeitung des Tals",
        "legal_entity": "Auentaler Bote eG",
        "street": "Markt 3",
        "postcode": "01234",
        "town": "Auenstadt",
        "country": "DE",
        "email": "post@bote.example",
        "telephone": "",
        "time_zone": "Europe/Berlin",
        "language": "de",
        "accent": "#8A1F10",
        "accent_dark": "#e58a72",
        "text_font": "serif",
        "logo": "",
        "menu_items-TOTAL_FORMS": "0",
        "menu_items-INITIAL_FORMS": "0",
        "menu_items-MIN_NUM_FORMS": "0",
        "menu_items-MAX_NUM_FORMS": "1000",
    } | changes


def menu_line(**changes: str) -> dict[str, str]:
    line = {"label": "Ticker", "place": "main", "page": "", "address": "/ticker.html"} | changes
    fields = {f"menu_items-0-{name}": value for name, value in line.items()}
    return fields | {"menu_items-TOTAL_FORMS": "1", "menu_items-0-ORDER": "1"}


def errors(answer: Any) -> dict[str, list[str]]:
    return {name: list(found) for name, found in answer.context["form"].errors.items()}


def test_office_describes_the_paper(office: Client, address: str) -> None:
    assert office.post(address, filled(**menu_line())).status_code == 302
    saved = paper()
    assert (saved.name, saved.town, saved.accent) == ("Auentaler Bote", "Auenstadt", "#8a1f10")
    assert [(item.label, item.url) for item in saved.menu("main")] == [("Ticker", "/ticker.html")]


@pytest.mark.parametrize("role", ["author", "editor", "chief editor"])
def test_others_do_not(client: Client, address: str, role: str) -> None:
    cast.come_in(client, cast.staff("Jana", role))
    assert client.get(address).status_code == 302
    client.post(address, filled())
    assert paper().name == "Allmende"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("accent", "#d98c7a"),  # 2.6 on the light page
        ("accent", "red"),
        ("accent_dark", "#5c1a0e"),  # 1.6 on the dark page
        ("time_zone", "Europe/Auental"),
        ("email", "post"),
        ("name", ""),
        ("language", "xx"),
    ],
)
def test_wrong_setting_is_named_and_nothing_saved(
    office: Client, address: str, field: str, wrong: str
) -> None:
    assert list(errors(office.post(address, filled(**{field: wrong})))) == [field]
    assert Paper.objects.get().name == "Allmende"


def test_unreadable_accent_says_how_far_it_is(office: Client, address: str) -> None:
    (said,) = errors(office.post(address, filled(accent="#d98c7a")))["accent"]
    assert "2.5" in said
    assert "4.5" in said


@pytest.mark.parametrize("line", [{"address": ""}, {"address": "javascript:alert(1)"}])
def test_menu_line_leads_somewhere_honest(
    office: Client, address: str, line: dict[str, str]
) -> None:
    answer = office.post(address, filled(**menu_line(**line)))
    assert answer.status_code == 200
    assert paper().menu("main") == []


def test_screen_shows_a_colour_chooser_beside_the_text(office: Client, address: str) -> None:
    page = office.get(address).content.decode()
    assert page.count('type="color"') == 2
    assert 'data-page="#fbf8f2"' in page
    assert 'data-page="#14120f"' in page
