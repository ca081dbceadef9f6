"""A paper comes later, and is added to the entry that it proves: sealed, hashed in the chain, seen
beside it, and gone with who it was about."""

import datetime as dt
import io
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from PIL import Image
from wagtail.users.models import UserProfile

from allmende.cooperative import filing, forgetting, leaving, member_papers, proofs, transfers
from allmende.cooperative.folding import Kind
from allmende.cooperative.models import MemberPaper, Membership, RegisterEvent
from allmende.people.roles import Role
from tests.cooperative import books, members, screens
from tests.cooperative.cast import DAY, NOW, statute_like
from tests.cooperative.screens import text
from tests.factories import payments as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper")]
BASE = "/redaktion/cooperative/members/"
LETTER = b"%PDF-1.7 the letter that was found"


def picture(form: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 60), "#fff").save(out, form)
    return out.getvalue()


def noticed() -> tuple[Membership, RegisterEvent]:
    """Somebody who gave notice, and its entry."""
    statute_like()
    ada = members.member()
    return ada, leaving.give_notice(ada, received_on=DAY, at=NOW)


def path_of(member: Membership, entry: RegisterEvent) -> str:
    return f"{BASE}{member.pk}/file/{entry.number}/"


def send(client: Client, path: str, content: bytes | None, name: str = "scan.pdf") -> Any:
    sent: dict[str, Any] = {"seen": client.get(path).context["seen"]}
    if content is not None:
        sent["paper"] = SimpleUploadedFile(name, content)
    return client.post(path, sent, follow=True)


@pytest.mark.parametrize(
    ("content", "media"),
    [(LETTER, "application/pdf"), (picture(), "image/jpeg"), (picture("PNG"), "image/png")],
)
def test_a_paper_is_added_to_an_entry_and_stands_beside_it(
    office: Client, content: bytes, media: str
):
    ada, notice = noticed()
    page = office.get(f"{BASE}{ada.pk}/")
    assert path_of(ada, notice) in page.content.decode()
    assert "Kündigung" in text(office.get(path_of(ada, notice)))
    html = text(send(office, path_of(ada, notice), content))
    assert "Das Papier ist hinzugefügt" in html
    event = RegisterEvent.objects.get(kind=Kind.PAPER_ADDED)
    assert (event.about, event.document) == (notice, sha256(content).hexdigest())
    assert event.actor.first_name == "Nora"
    assert f"Papier zu Eintrag {notice.number} hinzugefügt" in html
    assert f"Papier von Eintrag {event.number}" in html
    assert content not in bytes(MemberPaper.objects.get().sealed)
    answer = office.get(f"{BASE}{ada.pk}/papers/{event.number}/")
    assert (answer.content, answer["Content-Type"]) == (content, media)
    assert list(proofs.unchained()) == list(proofs.uncommitted()) == []
    assert (members.refreshed(ada).leaving_on, ada.shares) == (notice.effective_on, 1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "Bitte wählen Sie eine Datei."),
        (b"", "Die Datei ist leer"),
        (b"MZ a program", "weder ein PDF noch ein Bild"),
        (picture()[:200], "Dieses Bild lässt sich nicht lesen"),
        (LETTER + bytes(10 << 20), "größer als 10 MB"),
    ],
)
def test_what_cannot_be_added_is_said_in_plain_words(
    office: Client, content: bytes | None, words: str
):
    ada, notice = noticed()
    answer = send(office, path_of(ada, notice), content)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not MemberPaper.objects.exists()
    assert not RegisterEvent.objects.filter(kind=Kind.PAPER_ADDED).exists()


def test_all_of_it_is_said_in_english_too():
    ada, notice = noticed()
    client, person = screens.of("Nora", Role.OFFICE)
    UserProfile.objects.update_or_create(user=person, defaults={"preferred_language": "en"})
    empty = text(send(client, path_of(ada, notice), b""))
    assert f"Entry {notice.number}, which the paper proves" in empty
    assert "The file is empty: nothing was scanned, or it did not arrive whole." in empty
    done = text(send(client, path_of(ada, notice), LETTER))
    assert "The paper is added, and sealed." in done
    assert f"Paper added to entry {notice.number}" in done


def test_the_same_paper_twice_and_a_second_click_add_one(office: Client):
    ada, notice = noticed()
    seen = office.get(path_of(ada, notice)).context["seen"]
    send(office, path_of(ada, notice), LETTER)
    again = send(office, path_of(ada, notice), LETTER)
    assert "liegt schon bei diesem Eintrag" in text(again)
    late = {"seen": seen, "paper": SimpleUploadedFile("scan.pdf", picture())}
    assert "Nichts wurde doppelt" in text(office.post(path_of(ada, notice), late, follow=True))
    assert MemberPaper.objects.count() == 1


def test_a_transfer_s_paper_is_added_on_either_side():
    make.bank_account()
    statute_like()
    ada, ben = members.member(2), members.member(first_names="Ben")
    for one, cents in ((ada, 1000_00), (ben, 500_00)):
        books.credit(one, cents, on=DAY)
    given, *_more = transfers.transfer(
        ada, to=ben, shares=1, declared_on=DAY, on=DAY, by=None, at=NOW
    )  # fmt: skip
    event = filing.add(given, LETTER, of=ben, by=make.person(), at=NOW)
    assert member_papers.of(ben, event.number) == LETTER
    cem = members.member(first_names="Cem")
    with pytest.raises(filing.NoEntry):
        filing.add(given, LETTER, of=cem, by=make.person(), at=NOW)


def test_a_paper_proves_no_other_paper(office: Client):
    ada, notice = noticed()
    event = filing.add(notice, LETTER, of=ada, by=make.person(), at=NOW)
    with pytest.raises(filing.NoEntry):
        filing.add(event, picture(), of=ada, by=make.person(), at=NOW)
    assert path_of(ada, event) not in office.get(f"{BASE}{ada.pk}/").content.decode()


def test_a_paper_is_not_changed_and_its_entry_neither():
    ada, notice = noticed()
    event = filing.add(notice, LETTER, of=ada, by=make.person(), at=NOW)
    for rows, change in (
        (MemberPaper.objects.filter(event=event), {"sealed": b"another"}),
        (RegisterEvent.objects.filter(pk=event.pk), {"document": "0" * 64}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        RegisterEvent.objects.filter(pk=event.pk)._raw_delete("default")


def test_one_that_was_added_by_mistake_goes_and_that_it_was_there_stays(office: Client):
    """It may be somebody else's letter."""
    ada, notice = noticed()
    event = filing.add(notice, LETTER, of=ada, by=make.person(), at=NOW)
    path = f"{BASE}{ada.pk}/correct/{event.number}/"
    page = office.get(path)
    sent = {"seen": page.context["seen"], "why": "gehört zu Mitglied 7", "sure": "1"}
    html = text(office.post(path, sent, follow=True))
    assert "Berichtigt." in html
    assert "gehört zu Mitglied 7" in html
    assert f"Papier von Eintrag {event.number}" not in html
    assert not MemberPaper.objects.exists()
    assert office.get(f"{BASE}{ada.pk}/papers/{event.number}/").status_code == 404
    assert members.refreshed(ada).leaving_on == notice.effective_on
    filing.add(notice, LETTER, of=ada, by=make.person(), at=NOW)  # where it was right after all


def test_an_entry_with_a_paper_can_still_be_corrected(office: Client):
    ada, notice = noticed()
    filing.add(notice, LETTER, of=ada, by=make.person(), at=NOW)
    assert f"{BASE}{ada.pk}/correct/{notice.number}/" in (
        office.get(f"{BASE}{ada.pk}/").content.decode()
    )


def test_whoever_is_forgotten_leaves_no_paper_and_gets_none():
    ada, notice = noticed()
    event = filing.add(notice, LETTER, of=ada, by=make.person(), at=NOW)
    leaving.end_due(on=notice.effective_on + dt.timedelta(days=1), at=NOW)
    late = dt.datetime(notice.effective_on.year + 4, 1, 1, 3, tzinfo=dt.UTC)
    assert forgetting.forget_old(on=late.date(), at=late) == 1
    assert member_papers.of(ada, event.number) is None
    with pytest.raises(filing.Forgotten):
        filing.add(notice, picture(), of=ada, by=make.person(), at=late)
    assert not MemberPaper.objects.exists()


def test_only_whoever_writes_the_register_adds_papers():
    ada, notice = noticed()
    editor, _person = screens.of("Edi", Role.EDITOR)
    assert editor.get(path_of(ada, notice)).status_code in (302, 403)
