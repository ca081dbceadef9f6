"""What people at the desk do in the browser, each deed by the buttons that they would press."""

import base64
import hmac
import struct
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.waiting import until

STEP = 30  # seconds that a code is shown, RFC 6238
KEPT = """text => [...document.querySelectorAll("[name^=body-][name$=-value]")]
    .some(field => field.value.includes(text))"""

# A code opens once.
SHOWN: set[str] = set()


def app_code(secret: str) -> str:
    """What an authenticator app shows now: RFC 6238 with SHA-1 and six digits."""
    count = struct.pack(">Q", int(time.time()) // STEP)
    digest = hmac.digest(base64.b32decode(secret), count, "sha1")
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFF_FFFF
    return f"{number % 1_000_000:06}"


@dataclass
class Desk:
    """One person's browser at the paper's admin, in German as the staff's is."""

    page: Page

    # --- Coming in -----------------------------------------------------------------------

    def sign_in(self, email: str, password: str) -> None:
        self.page.goto("/redaktion/")
        self.page.get_by_label("E-Mail-Adresse").fill(email)
        self.page.get_by_label("Passwort").fill(password)
        self.page.get_by_role("button", name="Weiter").click()

    def set_up_app(self, password: str) -> str:
        """Walks from the locked door through the set-up of an app; returns its secret."""
        self.page.get_by_role("link", name="App einrichten").click()
        if "/reauthenticate/" in self.page.url:
            self.page.locator("input[type=password]").fill(password)
            self.page.get_by_role("button", name="Bestätigen").click()
        secret = self.page.locator("code.secret").text_content() or ""
        self.show_code(secret)
        self.page.wait_for_url("**/recovery-codes/")
        return secret

    def show_code(self, secret: str) -> None:
        """As a person who signs in twice in half a minute: waits for the next code."""
        until(lambda: app_code(secret) not in SHOWN, patience=STEP + 5)
        SHOWN.add(app_code(secret))
        field = self.page.locator("input[name=code]")
        field.fill(app_code(secret))
        field.press("Enter")

    # --- Writing -------------------------------------------------------------------------

    def begin_article(self) -> None:
        self.page.goto("/redaktion/")
        self.page.get_by_role("link", name="Artikel", exact=True).click()
        self.page.get_by_role("link", name="Artikel hinzufügen").click()

    def fill(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.locator(f"#id_{name}").fill(text)

    def upload_lead_picture(self, file: Path, *, description: str, credit: str) -> None:
        self.page.locator("#id_picture-chooser").get_by_role("button").last.click()
        self.page.get_by_role("tab", name="Hochladen").click()
        form = self.page.locator("#tab-upload")
        form.locator("input[type=file]").set_input_files(file)
        form.locator("[name$=-title]").fill(file.stem)
        form.locator("[name$=-description]").fill(description)
        form.locator("[name$=-credit]").fill(credit)
        form.locator("button[type=submit]").click()
        self.page.locator(".modal-body").wait_for(state="detached")

    def choose_section(self, name: str) -> None:
        self.page.get_by_role("tab", name="Einordnung").click()
        self.page.get_by_role("button", name="Seite auswählen (Ressort)").click()
        self.page.locator(".modal-body").get_by_role("link", name=name, exact=True).click()
        self.page.locator(".modal-body").wait_for(state="detached")
        self.page.get_by_role("tab", name="Artikel").first.click()

    def add_block(self, kind: str) -> Locator:
        """Adds a block at the end of the body; returns its part of the form."""
        stream = self.page.locator("[data-contentpath=body]")
        stream.locator(".c-sf-add-button").last.click()
        self.page.get_by_role("option", name=kind, exact=True).click()
        return stream.locator("[data-streamfield-child]").last

    def add_paragraph(self, text: str) -> None:
        field = self.add_block("Absatz").locator("[contenteditable=true]")
        field.press_sequentially(text)
        # The text field writes its form value a quarter of a second after the last key.
        self.page.wait_for_function(KEPT, arg=text)

    def add_quotation(self, text: str, *, speaker: str, role: str) -> None:
        block = self.add_block("Zitat")
        for name, value in {"text": text, "speaker": speaker, "role": role}.items():
            block.locator(f"[name$=-{name}]").fill(value)

    def save(self) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Entwurf speichern").click()

    def preview(self) -> Page:
        """The article as readers would get it, in a tab of its own."""
        self.page.get_by_role("button", name="Vorschau").first.click()
        with self.page.expect_popup() as opened:
            self.page.get_by_role("link", name="neuem Tab").click()
        opened.value.wait_for_load_state()
        return opened.value

    def more(self, action: str) -> None:
        """A deed from the menu beside the save button."""
        self.page.get_by_role("button", name="Mehr Aktionen").last.click()
        self.page.get_by_role("button", name=action).last.click()

    # --- Deciding ------------------------------------------------------------------------

    def open_task(self, headline: str) -> None:
        """From the home page, where articles wait for approval."""
        self.page.goto("/redaktion/")
        self.page.get_by_role("link", name=headline).first.click()
        self.page.wait_for_url("**/edit/")

    def approve(self) -> None:
        """Returns as soon as the server has answered."""
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.more("Freigeben und Veröffentlichen")

    def withdraw(self) -> None:
        """Returns as soon as the server has answered."""
        self.page.locator("header").get_by_role("button", name="Aktionen").click()
        self.page.get_by_role("link", name="Zurückziehen").first.click()
        self.page.wait_for_url("**/unpublish/**")
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.page.locator("main form button[type=submit], main form input[type=submit]").click()
