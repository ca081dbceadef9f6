"""Mail is caught whole, shown harmlessly, and to nobody else."""

import smtplib
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from allmende.site.mail_catcher import LetterBox, answer, mail_page
from tests.house import COMMAND, PATIENCE, House, free_port

pytestmark = pytest.mark.no_database


def letter(subject: str = "Grüße aus Steinau", html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "a@bote.example", "b@bote.example"
    message["Subject"] = subject
    message.set_content("Bis morgen: 123456")
    if html:
        message.add_alternative(html, subtype="html")
    return message


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[House]:
    paper = House(tmp_path, "", free_port())
    process = subprocess.Popen([*COMMAND, "mail", "catch"], env=paper.environment, cwd=tmp_path)
    (tmp_path / "run.log").touch()
    try:
        House(tmp_path, "", paper.port + 2).wait_for("/", server=process)
        yield paper
    finally:
        process.terminate()
        assert process.wait(timeout=PATIENCE) == 0


def test_a_mail_is_taken_by_smtp_and_shown(catcher):
    with smtplib.SMTP("127.0.0.1", catcher.port + 1) as server:
        server.send_message(letter())
    viewer = f"http://127.0.0.1:{catcher.port + 2}"
    with urllib.request.urlopen(viewer) as shown:
        assert "Grüße aus Steinau" in shown.read().decode()
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    (mail,) = (catcher.data / "mail").glob("*.eml")
    with urllib.request.urlopen(f"{viewer}/{mail.stem}") as shown:
        assert "123456" in shown.read().decode()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{viewer}/../secret_key")
    refused.value.close()


def test_html_is_shown_in_a_frame_without_scripts():
    shown = mail_page(letter(html='<p>"Hallo"</p><script>alert(1)</script>'))
    assert "<iframe sandbox title=" in shown
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_what_a_mail_says_of_itself_is_no_markup(tmp_path):
    box = LetterBox(tmp_path)
    box.put(letter(subject="<b>fett</b>").as_bytes())
    for path in ("/", f"/{box.names()[0]}"):
        assert "<b>" not in answer(box, path)[1]


def test_newest_comes_first(tmp_path):
    box = LetterBox(tmp_path)
    names = [box.put(letter(subject=str(number)).as_bytes()).stem for number in range(3)]
    assert box.names() == names[::-1]
