"""Whoever was refused stays forgotten when the real `allmende restore` puts a backup from before
the refusal in its place (§ 15 (2) GenG)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cooperative.cast import LENE
from tests.house import House, ready_house

TELLING = [LENE, "Lene Marie", "Am Wehr"]
HEARD = """
import logging
logging.getLogger().addHandler(logging.FileHandler({log!r}))
logging.getLogger().setLevel(logging.DEBUG)
"""
# Lene and Cem join by the pages. Letters to her are in a sender's hands when the sender dies, and
# she has begun a form once more.
JOIN = """
import re
from email import message_from_bytes, policy
from django.test import Client
from django.utils import timezone
from allmende.mailroom.deliver import Sender
from allmende.mailroom.models import Message
from tests.cooperative import cast
from tests.cooperative.test_joining import OURS, filled, joined
cast.statute_like()
client = Client(HTTP_HOST="localhost")
cem = {"first_names": "Cem", "last_name": "Kaya", "street": "Gasse 1", "email": "cem@x.example"}
for who in ({"printout": "on"}, cem):
    joined(client, **who)
    mail = message_from_bytes(bytes(Message.objects.latest("pk").raw), policy=policy.default)
    words = mail.get_body(("plain",)).get_content()
    door = re.search(r"https?://[^/]+(/beitreten/\\S+)", words)[1]
    assert client.post(door, {}, **OURS).status_code == 200
filled(client)
with Sender(bulk=False, at=timezone.now()) as sender:
    sender.desk.refill(at=timezone.now())
print(sorted(set(Message.objects.values_list("state", flat=True))))
"""
REFUSE = f"""
from django.utils import timezone
from allmende.cooperative import admission, declaration, keeping, statute
from allmende.cooperative.models import Declaration
from allmende.mailroom import deliver
now = timezone.now()
found = Declaration.objects.get(email_mark=keeping.email_mark({LENE!r}))
day = statute.day_of(now)
admission.refuse(found, decided_on=day, by=None, words="Leider nein.", at=now)
deliver.work(at=timezone.now(), bulk=False)
declaration.sweep(at=now)
print(declaration.forget_due(at=timezone.now()))
"""
LEFT = """
from allmende.cooperative import keeping
from allmende.cooperative.models import Declaration, JoinDraft, Membership, Printout
from tests.cooperative.test_forgotten import found_in_tables
print(found_in_tables())
print(sorted(one.name for one in map(keeping.applicant_of, Declaration.objects.all()) if one))
print(*(rows.count() for rows in (
    JoinDraft.objects, Printout.objects, Membership.objects.applications()
)))
"""


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[House]:
    letters = tmp_path / "letters"
    more = {"PYTHONPATH": str(Path.cwd()), "ALLMENDE_EMAIL_URL": f"folder://{letters}"}
    with ready_house(tmp_path, **more) as paper:
        yield paper


def told(paper: House, code: str) -> list[str]:
    """What it prints; what is logged meanwhile is kept in a file of the house."""
    heard = HEARD.format(log=str(paper.data / "house.log"))
    return paper.python(heard + code).splitlines()


def found_in_files(paper: House) -> list[str]:
    """Also in what SQLite has freed, and in its log of writes."""
    files = [path for path in paper.data.rglob("*") if path.is_file()]
    kept = {path.name: path.read_bytes() for path in files}
    return sorted(name for name in kept if any(word.encode() in kept[name] for word in TELLING))


def test_whoever_was_refused_is_found_nowhere_after_yesterday_s_backup_is_restored(
    paper: House, tmp_path: Path
):
    assert told(paper, JOIN) == ["['claimed']"]
    yesterday = tmp_path / "yesterday.tar"
    paper.allmende("backup", str(yesterday))
    tables, names, counts = told(paper, LEFT)
    assert (tables, names) == ("['mailroom_message']", "['Cem Kaya', 'Lene Marie Ott']")
    assert counts == "3 1 2"
    embedded = not paper.database
    assert found_in_files(paper) == ["allmende.sqlite3"] * embedded  # it can be found

    assert told(paper, REFUSE) == ["1"]
    nowhere = ["[]", "['Cem Kaya']"]
    assert told(paper, LEFT) == [*nowhere, "2 0 1"]
    assert found_in_files(paper) == []
    assert any(LENE.encode() in path.read_bytes() for path in (tmp_path / "letters").iterdir())

    said = paper.allmende("restore", "--force", str(yesterday))
    assert told(paper, LEFT) == [*nowhere, "0 0 1"]
    assert found_in_files(paper) == []
    assert not [word for word in TELLING if word in said]
    assert "WRONG" not in paper.allmende("register", "verify")
