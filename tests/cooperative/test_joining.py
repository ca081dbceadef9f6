"""Joining on the pages: steps, errors, every kind of applicant, and links behind mails."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from allmende.cooperative import declaration, joining, keeping, links
from allmende.cooperative.models import Declaration, JoinDraft, Printout
from tests.cooperative.cast import LENE, NOW, declared, statute_like

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper")]
OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}
WHO = {
    "first_names": "Lene Marie",
    "last_name": "Ott",
    "street": "Am Wehr 3",
    "postcode": "01234",
    "town": "Niederau",
    "country": "DE",
    "email": LENE,
}
WISH = {"kind": "person", "group": "readers", "shares": "2", "sprache": "de"}
Mails = list[mail.EmailMessage]


def post(client: Client, path: str, form: dict[str, Any]) -> Any:
    return client.post(path, form, **OURS)


def begun(client: Client, **form: Any) -> str:
    """Past the first step: the address of the second."""
    answer = post(client, "/beitreten/", {**WISH, **form})
    assert answer.status_code == 303
    return str(answer["Location"])


def filled(client: Client, wish: dict[str, Any] | None = None, **who: Any) -> str:
    """Past the second step: the address of the third."""
    answer = post(client, begun(client, **(wish or {})), {**WHO, **who})
    assert answer.status_code == 303
    return str(answer["Location"])


def joined(client: Client, wish: dict[str, Any] | None = None, **who: Any) -> str:
    """Declared: the address of the page of thanks."""
    answer = post(client, filled(client, wish, **who), {})
    assert answer.status_code == 303
    assert answer["Location"].endswith("/danke/")
    return str(answer["Location"])


def link_in(letter: mail.EmailMessage) -> str:
    found = re.search(r"http://localhost:8000(/beitreten/\S+)", letter.body)
    assert found
    return found[1]


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_from_the_form_to_the_board(client: Client, mailoutbox: Mails):
    statute_like()
    check = filled(client)
    page = text_of(client.get(check))
    assert "Ich, Lene Marie Ott, Am Wehr 3, 01234 Niederau, erkläre hiermit unbedingt" in page
    assert 'class="highlighted"' not in page
    thanks = post(client, check, {})["Location"]
    assert LENE in text_of(client.get(thanks))
    door = link_in(mailoutbox[0])
    assert "Erklärung bestätigen" in text_of(client.get(door))
    assert Declaration.objects.get().state == "waiting"  # looking confirms nothing
    assert "ist bestätigt" in text_of(post(client, door, {}))
    found = Declaration.objects.get()
    assert (found.state, found.shares, found.group) == ("stands", 2, "readers")
    assert not client.cookies
    assert mailoutbox[1].attachments


def test_every_word_that_is_kept_was_shown(client: Client):
    statute_like("taz")
    check = filled(client, {"group": "members", "instalments": "20"})
    page = text_of(client.get(check))
    post(client, check, {"ack_notice": "on"})
    words = keeping.words_of(Declaration.objects.get())
    assert words is not None
    bare = re.sub(r"<[^>]+>", "", page)
    for block in words["blocks"]:
        assert re.sub(r"\s+", " ", block["words"]).split(" http")[0] in bare


def test_a_long_notice_is_highlighted_and_must_be_acknowledged(client: Client):
    statute_like(notice_months=24)
    check = filled(client)
    page = client.get(check).content.decode()
    assert page.count('class="highlighted"') == 1
    answer = post(client, check, {})
    assert answer["Location"] == f"{check}?geprueft=1"
    again = client.get(answer["Location"])
    assert again.status_code == 422
    assert 'href="#id_ack_notice"' in again.content.decode()
    assert not Declaration.objects.exists()
    assert post(client, check, {"ack_notice": "on"})["Location"].endswith("/danke/")


def test_the_last_button_pressed_twice_declares_once(client: Client, mailoutbox: Mails):
    statute_like()
    check = filled(client)
    assert post(client, check, {})["Location"] == post(client, check, {})["Location"]
    assert Declaration.objects.count() == len(mailoutbox) == 1


def test_confirming_twice_sends_one_paper(client: Client, mailoutbox: Mails):
    statute_like()
    joined(client)
    door = link_in(mailoutbox[0])
    for _time in range(2):
        assert "ist bestätigt" in text_of(post(client, door, {}))
    assert len(mailoutbox) == 2


def test_an_expired_link_confirms_nothing(client: Client):
    found = declared(statute_like(), at=timezone.now() - dt.timedelta(days=15))
    token = links.signer("confirm").sign([found.pk], at=found.created_at)
    answer = post(client, f"/beitreten/bestaetigen/{token}/", {})
    assert answer.status_code == 410
    assert "zu alt" in text_of(answer)
    found.refresh_from_db()
    assert found.state == "waiting"


def test_a_link_of_another_purpose_is_none(client: Client):
    found = declared(statute_like(), at=timezone.now())
    token = links.signer("own").sign([found.pk], at=timezone.now())
    assert client.get(f"/beitreten/bestaetigen/{token}/").status_code == 404
    assert client.get("/beitreten/bestaetigen/nonsense/").status_code == 404


def test_what_was_typed_wrong_is_named_and_kept(client: Client):
    statute_like()
    step = begun(client)
    answer = post(client, step, {**WHO, "email": "lene", "town": ""})
    page = client.get(answer["Location"])
    assert page.status_code == 422
    html = page.content.decode()
    assert 'value="lene"' in html
    assert 'value="Lene Marie"' in html
    assert 'href="#id_email"' in html
    assert 'href="#id_town"' in html


def test_shares_beyond_the_statute_are_refused_at_the_first_step(client: Client):
    statute_like("krautreporter")
    answer = post(client, "/beitreten/", {**WISH, "group": "members", "shares": "4"})
    page = client.get(answer["Location"])
    assert page.status_code == 422
    assert "mindestens 5 Anteile" in text_of(page)
    assert 'value="4"' in page.content.decode()


def test_who_goes_back_finds_everything(client: Client):
    statute_like()
    check = filled(client)
    key = check.split("/")[2]
    assert 'value="2"' in client.get(f"/beitreten/?draft={key}").content.decode()
    assert 'value="Am Wehr 3"' in client.get(f"/beitreten/{key}/").content.decode()
    assert JoinDraft.objects.count() == 1


def test_a_couple_declares_twice_with_one_address(client: Client, mailoutbox: Mails):
    statute_like(notice_months=24)
    check = filled(client, {"kind": "couple"}, partner_first_names="Otto", partner_last_name="Ott")
    post(client, check, {"ack_notice": "on"})
    first, second = Declaration.objects.order_by("pk")
    assert first.together == second.together
    assert [letter.to for letter in mailoutbox] == [[LENE], [LENE]]
    other = keeping.applicant_of(second)
    assert other is not None
    assert (other.name, other.street) == ("Otto Ott", "Am Wehr 3")
    door = link_in(mailoutbox[1])
    assert post(client, door, {}).status_code == 422  # Otto has acknowledged nothing yet
    assert post(client, door, {"ack_notice": "on"}).status_code == 200
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("waiting", "stands")


def test_a_child_is_declared_for_by_its_guardians(client: Client):
    statute_like()
    joined(
        client, {"kind": "minor"}, born_on="2014-02-03", guardian="Ida Ott",
        second_guardian="Otto Ott",
    )  # fmt: skip
    found = Declaration.objects.get()
    child = keeping.applicant_of(found)
    assert found.who == "minor"
    assert child is not None
    assert (child.born_on, child.guardians) == ("2014-02-03", ["Ida Ott", "Otto Ott"])


def test_an_organisation_names_who_signs(client: Client):
    statute_like()
    joined(client, {"kind": "organisation"}, organisation="Chor e. V.", representative="Ida Ott")
    found = Declaration.objects.get()
    assert found.who == "organisation"
    assert keeping.applicant_of(found).name == "Chor e. V."  # type: ignore[union-attr]


def test_a_gift_is_declared_by_who_gets_it(client: Client, mailoutbox: Mails):
    statute_like()
    joined(client, {"kind": "gift"}, giver="Otto Ott")
    found = Declaration.objects.get()
    assert (found.is_gift, found.own_hand) == (True, False)
    assert "Otto Ott möchte Ihnen" in mailoutbox[0].subject
    page = text_of(client.get(link_in(mailoutbox[0])))
    assert "für Sie ausgefüllt" in page
    assert "Beitritt zahlungspflichtig erklären" in page


def test_what_the_statute_does_not_take_is_not_offered(client: Client):
    statute_like(takes_minors=False, takes_organisations=False)
    page = client.get("/beitreten/").content.decode()
    assert 'value="minor"' not in page
    answer = post(client, "/beitreten/", {**WISH, "kind": "minor"})
    assert client.get(answer["Location"]).status_code == 422


def test_a_statute_that_wants_paper_gives_a_form_to_sign(client: Client, mailoutbox: Mails):
    statute_like("taz")
    check = filled(client, {"group": "members", "instalments": "20"})
    thanks = post(client, check, {"ack_notice": "on"})["Location"]
    page = client.get(thanks).content.decode()
    path = thanks.replace("danke/", "formular-1.pdf")
    assert path in page
    answer = client.get(path)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    own = link_in(mailoutbox[0])
    assert client.get(f"{own}erklaerung.pdf").content == answer.content


def test_one_looks_at_the_own_declaration_and_withdraws_it(client: Client, mailoutbox: Mails):
    statute_like()
    joined(client)
    post(client, link_in(mailoutbox[0]), {})
    own = link_in(mailoutbox[1])
    assert "zu entscheiden" in text_of(client.get(own))
    assert client.get(f"{own}erklaerung.pdf").content == mailoutbox[1].attachments[0][1]
    assert "ist zurückgenommen" in text_of(post(client, own, {}))
    assert Declaration.objects.get().state == "withdrawn"
    assert client.get(own).status_code == 410


def test_a_decided_declaration_is_not_withdrawn(client: Client, mailoutbox: Mails):
    statute_like()
    joined(client)
    post(client, link_in(mailoutbox[0]), {})
    found = Declaration.objects.get()
    declaration.decide(found, declaration.State.ADMITTED, at=timezone.now())
    assert post(client, link_in(mailoutbox[1]), {}).status_code == 409


def test_a_statute_that_changes_meanwhile_is_read_anew(client: Client):
    statute_like()
    check = filled(client)
    statute_like(share_cents=600_00)
    answer = post(client, check, {})
    assert answer["Location"].startswith("/beitreten/?draft=")
    assert not Declaration.objects.exists()


def test_nobody_joins_without_a_statute(client: Client):
    assert client.get("/beitreten/").status_code == 503


def test_forms_of_other_pages_and_very_many_are_refused(client: Client):
    statute_like()
    assert client.post("/beitreten/", WISH).status_code == 403
    answers = [post(client, "/beitreten/", WISH).status_code for _time in range(61)]
    assert answers[:60] == [303] * 60
    assert answers[60] == 429


def test_one_mailbox_is_not_flooded(client: Client, mailoutbox: Mails):
    statute_like()
    pages = {re.sub(r"[0-9a-f-]{36}", "", text_of(client.get(joined(client)))) for _n in range(7)}
    assert len(mailoutbox) == joining.MOST_WAITING
    assert len(pages) == 1  # nothing tells that no mail was sent


def test_the_statute_is_asked_for_on_paper(client: Client):
    law = statute_like()
    form = {name: WHO[name] for name in ("street", "postcode", "town")}
    assert post(client, "/beitreten/ausdruck/", {**form, "name": ""}).status_code == 422
    answer = post(client, "/beitreten/ausdruck/", {**form, "name": "Lene Ott"})
    assert answer.status_code == 200
    found = Printout.objects.get()
    assert found.statute == law
    assert keeping.lines_of(found) == ["Lene Ott", "Am Wehr 3", "01234 Niederau"]
    joined(client, printout="on")
    assert Printout.objects.count() == 2


def test_english_from_the_first_page_to_the_mail(client: Client, mailoutbox: Mails):
    statute_like()
    assert "Join the cooperative" in text_of(client.get("/beitreten/?sprache=en"))
    joined(client, {"sprache": "en"})
    assert mailoutbox[0].subject == "Please confirm your declaration"
    post(client, link_in(mailoutbox[0]), {})
    assert mailoutbox[1].attachments[0][0] == "declaration-to-join.pdf"


def test_drafts_are_sealed_and_go_after_two_days(client: Client):
    statute_like()
    filled(client)
    found = JoinDraft.objects.get()
    assert b"Lene" not in bytes(found.sealed or b"")
    declaration.sweep(at=NOW + dt.timedelta(days=10_000))
    assert client.get(f"/beitreten/{found.key}/").status_code == 410
