"""The weekly newsletter arrives: from the box in an article to the mailbox, and no further.

Told in a real Chromium, with a real Postfix and a real Dovecot on loopback. Fridays come when the
clock that is handed over says so.
"""

import json
import re
import shutil
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.adapters import mail_servers
from tests.adapters.mail_servers import DOMAIN, MailServer
from tests.browser.chromium import visitor
from tests.flows.test_publish_story import EDITOR, GIVE_APP, SECRET, at_a_desk
from tests.house import House, free_port
from tests.waiting import until

pytestmark = pytest.mark.browser
LENE, OTTO = f"lene@{DOMAIN}", f"otto@{DOMAIN}"
SUBJECT = "Ein Brief, der ankommt"
# What the schedule does at the times that it is told, and the sender after it.
CLOCK = """
import datetime as dt
from allmende.bakery import bake
from allmende.mailroom import deliver
from allmende.newsletters import dispatch, drafting, subscribe
from allmende.newsletters.models import Issue, Newsletter
from allmende.newsroom.models import Article
from allmende.people.models import Person
from django.utils import timezone
letter = Newsletter.objects.get()
"""
FRIDAY_MORNING = """
Issue.objects.filter(state="draft").delete()
tomorrow = timezone.localdate() + dt.timedelta(days=1)  # a Friday that is not over yet
day = drafting.next_day(letter, on=tomorrow)
leaves = Issue(newsletter=letter, date=day).leaves_at(timezone.get_default_timezone())
(made,) = drafting.draft_due(at=leaves - dt.timedelta(hours=letter.drafted_before))
print(made.pk, made.items.count())
"""
FRIDAY_AFTERNOON = """
issue = Issue.objects.get(pk={key})
"""
# Somebody else has it now, so that there is somebody to whom the next issue goes.
NEXT_FRIDAY = """
from allmende.newsletters import editing
now, last = timezone.now(), Issue.objects.get(pk={key})
address = subscribe.new_address("{otto}", newsletter=letter, at=now)
subscribe.note(letter, address=address, at=now, source="")
subscribe.confirm(address, newsletters=[letter.pk], at=now)
issue, _ = drafting.draft(letter, day=last.date + dt.timedelta(days=7), at=last.send_at)
editing.add(issue, Article.objects.live()[:1], part="topics", by=None)
milan = Person.objects.get(first_name="Milan")
issue = dispatch.approve(issue, by=milan, seen=issue.version, at=timezone.now())
"""
LEAVES = """
for _ in range(2):
    dispatch.carry_on_all(at=issue.send_at)
    bake.finish()
deliver.work(at=issue.send_at)
issue.refresh_from_db()
print(issue.state, issue.batch.state)
"""


@pytest.fixture(scope="module")
def post() -> Iterator[MailServer]:
    if told := mail_servers.lacking():
        pytest.skip(told)
    with mail_servers.mail_server() as server:
        yield server


@pytest.fixture
def bote(filled: House, post: MailServer, tmp_path: Any) -> Iterator[House]:
    """A copy of the paper outside the demo, whose mail goes to the real server."""
    more = {"ALLMENDE_EMAIL_URL": f"smtp://127.0.0.1:{post.smtp}"}
    found = House(tmp_path, "", free_port(), more)
    shutil.copytree(filled.data, found.data)
    with found.running():
        yield found


def test_newsletter_from_the_box_in_an_article_to_the_mailbox_and_no_further(
    bote: House, post: MailServer, chromium: Browser
) -> None:
    with visitor(chromium, bote.url) as context:
        subscribe(context.new_page(), bote, post)
    key, count = bote.python(GIVE_APP + CLOCK + FRIDAY_MORNING).split()[-2:]
    assert int(count) >= 6
    password = json.loads((bote.data / "demo_sign_in.json").read_text())["password"]
    with at_a_desk(chromium, bote.url) as milan:
        milan.sign_in(EDITOR, password)
        milan.show_code(SECRET)
        milan.page.wait_for_url("**/redaktion/")
        approve(milan.page)
    left = bote.python(CLOCK + FRIDAY_AFTERNOON.format(key=key) + LEAVES)
    assert left.endswith("sent ended")
    letter = until(lambda: said(post, LENE, SUBJECT)).found[0]
    assert_whole(letter)
    for address in links_of(letter):
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert answer.status == 200, address
    leave_in_one_click(letter)
    left = bote.python(CLOCK + NEXT_FRIDAY.format(key=key, otto=OTTO) + LEAVES)
    assert left.endswith("sent ended")
    until(lambda: post.letters(OTTO))
    assert [str(one["Subject"]) for one in post.letters(LENE)][-1] == SUBJECT
    assert len(post.letters(LENE)) == 2


def subscribe(page: Page, bote: House, post: MailServer) -> None:
    """From an article, without knowing where newsletters are kept."""
    page.goto("/")
    page.get_by_role("link", name="Auenstadt baut die Neue Brücke").first.click()
    page.get_by_label("E-Mail-Adresse").fill(LENE)
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_role("heading", name="Bitte sehen Sie in Ihr Postfach").wait_for()
    (asked,) = until(lambda: post.letters(LENE)).found
    (link,) = re.findall(r"https?://\S+/abo/bestaetigen/\S+", asked.get_content())
    page.goto(link)
    page.get_by_role("button", name="Ja").click()
    page.get_by_role("heading", name="Es ist geschafft").wait_for()


def approve(page: Page) -> None:
    """Looks, writes, looks at the letter, and lets it go."""
    page.goto("/redaktion/issues/")
    page.get_by_role("row").filter(has_text="Entwurf").get_by_role("link").first.click()
    page.get_by_label("Betreff").fill(SUBJECT)
    page.get_by_role("button", name="Vorschau").click()
    frame = page.frame_locator("iframe.issue-frame")
    frame.get_by_text("Auentaler Bote").first.wait_for()
    page.get_by_role("link", name="Telefon").click()
    page.get_by_role("link", name="Zurück an den Schreibtisch").click()
    page.get_by_role("button", name="Prüfen und freigeben").click()
    page.get_by_role("button", name="Freigeben").click()
    page.get_by_text("Freigegeben von Milan Kovac").wait_for()


def said(post: MailServer, address: str, subject: str) -> list[EmailMessage]:
    return [one for one in post.letters(address) if one["Subject"] == subject]


def part_of(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body(preferencelist=(kind,))
    assert part is not None
    return str(part.get_content())


def assert_whole(letter: EmailMessage) -> None:
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["From"].addresses[0].addr_spec == "brief@auentaler-bote.example"
    for kind in ("plain", "html"):
        text = part_of(letter, kind)
        assert "Guten Tag," in text
        assert "[[" not in text
        assert "Auentaler Bote eG" in text


def links_of(letter: EmailMessage) -> set[str]:
    """All that the letter leads to or shows, and where it stands on the web."""
    html, text = part_of(letter, "html"), part_of(letter, "plain")
    found = {unescape(link) for link in re.findall(r'(?:href|src)="([^"]+)"', html)}
    found |= set(re.findall(r"https?://\S+", text))
    found.add(str(letter["Archived-At"]).strip("<>"))
    assert len(found) >= 8
    return found


def leave_in_one_click(letter: EmailMessage) -> None:
    """As a mail program does: a POST without cookie or page (RFC 8058)."""
    (address,) = re.findall(r"<(https?://[^>]+)>", letter["List-Unsubscribe"])
    with urllib.request.urlopen(address, b"List-Unsubscribe=One-Click", timeout=60) as answer:
        assert (answer.status, answer.url) == (200, address)
