"""The demo's letter box: takes every mail, sends none on, shows them to this machine only.

Mails lie as .eml files in the data folder. What they contain is shown without scripts, without
pictures from elsewhere, and without anything that could be clicked into another window.
"""

import email
import email.policy
import html
import re
import signal
import threading
import time
from email.message import EmailMessage
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

NAME = re.compile(r"[0-9]+-[0-9]+")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'"
LOOK = """<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
         color-scheme: light dark }
  li { padding: .4rem 0; border-bottom: 1px solid #8884 } ol { list-style: none; padding: 0 }
  pre { white-space: pre-wrap } iframe { width: 100%; height: 32rem; border: 1px solid #8884 }
  dt { float: left; width: 5rem; opacity: .7 } dd { margin-left: 5rem }
</style>"""


class LetterBox:
    """A folder of mails, newest first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes) -> Path:
        """Keeps a mail whole or not at all; its name tells the time in nanoseconds."""
        name = f"{time.time_ns()}-{threading.get_native_id()}"
        draft = self.folder / f"{name}.part"
        draft.write_bytes(content)
        return draft.rename(self.folder / f"{name}.eml")

    def names(self) -> list[str]:
        return sorted((path.stem for path in self.folder.glob("*.eml")), reverse=True)

    def get(self, name: str) -> EmailMessage | None:
        path = self.folder / f"{name}.eml"
        if not NAME.fullmatch(name) or not path.exists():
            return None
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        return message if isinstance(message, EmailMessage) else None


class Taker:
    """Takes what SMTP brings."""

    def __init__(self, box: LetterBox) -> None:
        self.box = box

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.box.put(envelope.original_content or b"")
        return "250 Kept, and sent to nobody"


def part(message: EmailMessage, kind: str) -> str:
    """The text of the mail's plain or html part; empty where it has none."""
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body else ""


def page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width">{LOOK}{body}</html>'
    )


def list_page(box: LetterBox) -> str:
    rows = []
    for name in box.names()[:200]:
        if message := box.get(name):
            subject = html.escape(str(message["subject"] or "(no subject)"))
            to = html.escape(str(message["to"] or ""))
            rows.append(f'<li><a href="/{name}">{subject}</a><br><small>to {to}</small></li>')
    mails = f"<ol>{''.join(rows)}</ol>" if rows else "<p>Nothing yet.</p>"
    return page("Caught mail", f"<h1>Caught mail</h1>{mails}")


def mail_page(message: EmailMessage) -> str:
    heads = "".join(
        f"<dt>{name}</dt><dd>{html.escape(str(message[name] or ''))}</dd>"
        for name in ("Date", "From", "To", "Subject")
    )
    body = f'<p><a href="/">All mail</a></p><dl>{heads}</dl>'
    if text := part(message, "plain"):
        body += f"<h2>Text</h2><pre>{html.escape(text)}</pre>"
    if rich := part(message, "html"):
        # An empty sandbox: no script, no form, no way out of the frame.
        body += f'<h2>HTML</h2><iframe sandbox title="HTML" srcdoc="{html.escape(rich)}"></iframe>'
    return page(str(message["subject"] or "Mail"), body)


def answer(box: LetterBox, path: str) -> tuple[HTTPStatus, str]:
    if path == "/":
        return HTTPStatus.OK, list_page(box)
    if message := box.get(path.removeprefix("/")):
        return HTTPStatus.OK, mail_page(message)
    return HTTPStatus.NOT_FOUND, page("Not here", '<p>No such mail. <a href="/">All mail</a></p>')


def window(box: LetterBox) -> type[BaseHTTPRequestHandler]:
    """The read-only web view of a letter box."""

    class Window(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, text = answer(box, self.path.partition("?")[0])
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Who looks is not told."""

    return Window


def run(folder: Path, *, smtp_port: int, web_port: int) -> None:
    """Catches and shows mail until SIGTERM or SIGINT. Raises OSError when a port is taken."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    box = LetterBox(folder)
    taker = Controller(Taker(box), hostname="127.0.0.1", port=smtp_port)
    viewer = ThreadingHTTPServer(("127.0.0.1", web_port), window(box))
    taker.start()
    threading.Thread(target=viewer.serve_forever, daemon=True).start()
    stop.wait()
    viewer.shutdown()
    taker.stop()
