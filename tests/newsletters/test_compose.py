"""The letter: both parts whole, every place filled, nothing from elsewhere."""

import re

import pytest
from django.conf import settings
from django.core import mail

from allmende.newsletters import compose, editing, trial
from allmende.newsletters.models import Issue, Item
from tests.factories import newsroom as make
from tests.factories.editions import edition, line_of
from tests.factories.newsletters import FRIDAY, issue, reader
from tests.people import cast

pytestmark = pytest.mark.django_db
LINKS = re.compile(r'(?:href|src|background)="([^"]+)"|url\(([^)]+)\)')


def filled_issue() -> Issue:
    body = {"lead": 'Ein "Steg" & <mehr> als [[leave]].', "bylines": [(make.author(), "")]}
    make.article("Größe & [[token]]", at=FRIDAY, picture=make.picture(), **body)
    told = make.draft("Unter Sperrfrist", slug="sperrfrist", lead="Geheim.")
    saturday = edition(make.draft("Kommt mit", slug="kommt", lead="Schon heute."), told)
    line = line_of(saturday, told)
    line.announced = True
    line.save()
    return issue(at=FRIDAY)


def test_letter_says_all_of_it_in_both_parts():
    row = filled_issue()
    editing.write(row, opening="Erster Absatz.\n\nZweiter.", by=None)
    content = compose.content(row)
    for part in (content.text, content.html):
        for words in ("Erster Absatz", "Kommt mit", "Schon heute.", "Jana Reuter", "Unter Sperr"):
            assert words in part
        assert "Erscheint am Samstag, 28. November 2026" in part
        assert "Geheim." not in part
        assert "/artikel/" in part
        assert "sperrfrist" not in part
        assert f"{settings.PAPER_URL}{row.url}" in part
    assert 'Ein "Steg" & <mehr> als' in content.text
    assert "Ein &quot;Steg&quot; &amp; &lt;mehr&gt; als" in content.html
    assert max(len(line) for line in content.text.splitlines()) <= 200
    assert "Freitag, 27. November 2026" in content.text
    assert content.archive == settings.PAPER_URL + row.url
    assert content.list_id.startswith("Freitagsbrief <freitag.")


def test_small_pictures_stand_beside_the_other_articles_where_the_newsletter_wants_them():
    for number in range(3):
        seen = make.picture(f"Steg {number}", description=f"Ein Steg, {number}.")
        make.article(f"Steg {number}", slug=f"steg-{number}", at=FRIDAY, picture=seen)
    row = issue(at=FRIDAY)
    assert compose.content(row).html.count("<img") == 1
    row.newsletter.pictures = True
    html = compose.content(row).html
    assert html.count("<img") == 3
    assert sorted(re.findall(r'alt="(Ein Steg, \d\.)"', html)) == [
        f"Ein Steg, {number}." for number in range(3)
    ]
    addresses = re.findall(r'<img [^>]*src="([^"]+)"', html)
    assert sum("fill-276x276" in address for address in addresses) == 2
    assert all(address.startswith(settings.PAPER_URL) for address in addresses)


def test_brackets_that_somebody_wrote_are_no_places():
    content = compose.content(filled_issue())
    assert content.pieces() == {"name", "leave", "preferences"}
    seen = compose.filled(content, {"name": " Lene", "leave": "L", "preferences": "P"})
    assert "Guten Tag Lene," in seen.text
    assert "/abo/abmelden/L/" in seen.html
    assert "leave]]." in seen.text


def test_letter_asks_nothing_of_other_hosts_and_counts_nobody():
    content = compose.content(filled_issue())
    found = {a or b for a, b in LINKS.findall(content.html)}
    assert found
    assert {link for link in found if not link.startswith(settings.PAPER_URL + "/")} == set()
    assert "<script" not in content.html
    assert len(re.findall("<img", content.html)) == 1


def test_test_letter_goes_to_oneself_only_with_own_links_where_there_are_some():
    row, jana = filled_issue(), cast.staff("Jana")
    reader(row.newsletter)
    mail.outbox.clear()
    trial.send(row, to=jana, at=FRIDAY)
    (sent,) = mail.outbox
    assert sent.to == [jana.email]
    assert sent.subject.startswith("[Test] ")
    assert "[[" not in str(sent.body)
    assert "/abo/" not in str(sent.body)
    assert settings.PAPER_URL + row.newsletter.url in str(sent.body)
    own = reader(row.newsletter, email=jana.email).person
    trial.send(row, to=own, at=FRIDAY)
    assert "/abo/abmelden/" in str(mail.outbox[-1].body)
    assert Item.objects.filter(issue=row).exists()


def test_newsletter_has_a_colour_of_its_own_or_the_papers():
    make.article("Steg", at=FRIDAY)
    row = issue(at=FRIDAY)
    assert "#0a7d33" not in compose.content(row).html
    row.newsletter.accent = "#0a7d33"
    assert "#0a7d33" in compose.content(row).html
