"""Every setting that the environment may give, with its type, default and meaning.

The one list: `settings.py` reads it, docs/settings.md is held to it by a test.
"""

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from allmende.mailroom.transports import choice
from allmende.mailroom.transports.smtp.relay import BadAddress, relays_of


@dataclass(frozen=True)
class Setting:
    """One environment variable: how it is read, what it is without, what it means."""

    name: str
    kind: type
    default: Any
    meaning: str


SETTINGS = [
    Setting("ALLMENDE_DATA", str, "var", "Folder of database, media, baked pages and keys."),
    Setting("ALLMENDE_DATABASE_URL", str, "", "Database; empty means SQLite in the data folder."),
    Setting("ALLMENDE_S3_BUCKET", str, "", "Bucket of the baked pages; empty means a folder."),
    Setting(
        "ALLMENDE_S3_MEDIA", str, "", "Bucket of pictures and documents; empty means a folder."
    ),
    Setting("ALLMENDE_S3_PRIVATE", bool, False, "Readers may not read the buckets: nginx asks us."),
    Setting("ALLMENDE_S3_PREFIX", str, "", "What names of its objects begin with, as bote."),
    Setting("ALLMENDE_S3_ENDPOINT", str, "", "Address of an S3 server; empty means Amazon's."),
    Setting("ALLMENDE_S3_REGION", str, "", "Region; empty means as AWS's own variables say."),
    Setting(
        "ALLMENDE_SECRET_KEY", str, "", "Signing key; empty means one kept in the data folder."
    ),
    Setting("ALLMENDE_KEYS", str, "", "Folder of keys that seal IBANs; empty: keys in the data."),
    Setting("ALLMENDE_URL", str, "", "Public address of the paper, as readers type it."),
    Setting("ALLMENDE_HOST", str, "127.0.0.1", "Address that the web server listens on."),
    Setting("ALLMENDE_PORT", int, 8000, "Port that the web server listens on."),
    Setting("ALLMENDE_ALLOWED_HOSTS", list, [], "Further host names that are answered."),
    Setting("ALLMENDE_PROXIES", list, [], "Addresses of proxies whose forwarding headers count."),
    Setting("ALLMENDE_WORKERS", int, 1, "Web processes."),
    Setting("ALLMENDE_LANGUAGE", str, "de", "Main language of the paper: de or en."),
    Setting("ALLMENDE_TIME_ZONE", str, "Europe/Berlin", "Time zone until the paper names its own."),
    Setting("ALLMENDE_EMAIL_URL", str, "", "Mail server, as smtp+tls://user:password@host:587."),
    Setting(
        "ALLMENDE_EMAIL_BOUNCES", str, "", "Address that takes bounces, as bounces@paper.example."
    ),
    Setting(
        "ALLMENDE_EMAIL_BOUNCES_FROM",
        str,
        "",
        "Where they lie: maildir:///path or imaps://…/INBOX.",
    ),
    Setting(
        "ALLMENDE_EMAIL_DKIM", list, [], "Signing keys, as selector:paper.example:/path/key.pem."
    ),
    Setting(
        "ALLMENDE_EMAIL_LIMITS", list, [], "Of domains, as gmx.de:4:20: at once, and a second."
    ),
    Setting(
        "ALLMENDE_EMAIL_WEBHOOK",
        str,
        "",
        "Opens /-/mail/… to the e-mail service, as name:password; empty means closed.",
    ),
    Setting("ALLMENDE_EMAIL_FROM", str, "", "Sender of the system's own mails."),
    Setting("ALLMENDE_PAYPAL_CLIENT", str, "", "PayPal: client id; empty means no PayPal."),
    Setting("ALLMENDE_PAYPAL_SECRET", str, "", "PayPal: secret of the client."),
    Setting("ALLMENDE_PAYPAL_WEBHOOK", str, "", "PayPal: id of the webhook that tells us."),
    Setting("ALLMENDE_PAYPAL_SERVER", str, "live", "PayPal: live, sandbox, or the demo's dummy."),
    Setting("ALLMENDE_MOLLIE_KEY", str, "", "Mollie: key (live_… or test_…); empty: no Mollie."),
    Setting("ALLMENDE_MOLLIE_SERVER", str, "", "Mollie: empty, or the demo's dummy."),
    Setting("ALLMENDE_STATEMENTS", str, "", "Folder of statements (camt) to take in; empty: none."),
    Setting("ALLMENDE_DATEV", str, "1001/1", "Numbers of tax adviser and client, as 1001/456."),
    Setting("ALLMENDE_BUSINESS_YEAR", str, "01-01", "Month and day on which it begins."),
    Setting("ALLMENDE_DEMO", bool, False, "Demo paper: the second factor is not forced."),
    Setting("ALLMENDE_DEBUG", bool, False, "For developers: Django's debug pages."),
    Setting(
        "ALLMENDE_METRICS_TOKEN", str, "", "Opens /-/metrics to a monitor; empty means closed."
    ),
    Setting("ALLMENDE_LOG_LEVEL", str, "INFO", "How much is logged: DEBUG, INFO, WARNING, ERROR."),
]


KINDS = {str: "text", int: "number", bool: "switch (1 or 0)", list: "list"}
SWITCH = dict.fromkeys(("1", "true", "yes", "on"), True)
SWITCH |= dict.fromkeys(("", "0", "false", "no", "off"), False)
CASTS: dict[type, Any] = {bool: lambda text: SWITCH[text.strip().lower()]}


def read() -> dict[str, Any]:
    """Values of all settings, read from the environment.

    Raises ImproperlyConfigured, naming the variable, when one cannot be read.
    """
    env = environ.Env()
    values = {}
    for setting in SETTINGS:
        try:
            value = env.get_value(
                setting.name, cast=CASTS.get(setting.kind, setting.kind), default=setting.default
            )
        except (ValueError, KeyError) as error:
            raise ImproperlyConfigured(f"{setting.name} is no {KINDS[setting.kind]}.") from error
        values[setting.name.removeprefix("ALLMENDE_").lower()] = value
    check_database(values["database_url"])
    check_bucket(values)
    read_mail(values)
    check_providers(values)
    read_books(values)
    values["data"] = Path(values["data"]).resolve()
    values["url"] = (values["url"] or f"http://localhost:{values['port']}").rstrip("/")
    return values


def check_database(address: str) -> None:
    """Raises ImproperlyConfigured for an address of no database that is known here."""
    scheme = address.partition(":")[0]
    if address and scheme not in {"sqlite", "postgresql", "postgres"}:
        raise ImproperlyConfigured(
            "ALLMENDE_DATABASE_URL begins with neither postgresql:// nor sqlite:///."
        )


def check_bucket(values: dict[str, Any]) -> None:
    """Raises ImproperlyConfigured for what would only be noticed while baking."""
    endpoint = values["s3_endpoint"]
    if endpoint and not re.fullmatch(r"https?://[\w.:\[\]-]+(/[\w./-]*)?", endpoint):
        raise ImproperlyConfigured("ALLMENDE_S3_ENDPOINT is not like https://s3.example.net.")
    others = ("prefix", "endpoint", "media", "private")
    if not values["s3_bucket"] and any(values[f"s3_{name}"] for name in others):
        raise ImproperlyConfigured("ALLMENDE_S3_BUCKET is empty, but other S3 settings are given.")
    if values["s3_bucket"] and values["s3_media"] == values["s3_bucket"]:
        raise ImproperlyConfigured(
            "ALLMENDE_S3_MEDIA names the bucket of the pages: what is in there, everybody may read."
        )
    if not re.fullmatch(r"([\w.-]+(/[\w.-]+)*/?)?", values["s3_prefix"], re.ASCII):
        raise ImproperlyConfigured("ALLMENDE_S3_PREFIX holds more than letters, digits and ._-/.")


def check_providers(values: dict[str, Any]) -> None:
    """Raises ImproperlyConfigured for what would send givers, or their money, astray."""
    for name, servers in (("paypal", {"live", "sandbox"}), ("mollie", {""})):
        server = values[f"{name}_server"]
        if server in servers:
            continue
        if not values["demo"] or not re.fullmatch(r"http://127\.0\.0\.1:\d+", server):
            raise ImproperlyConfigured(
                f"ALLMENDE_{name.upper()}_SERVER names a dummy, which is for the demo only."
            )
    named = [bool(values[f"paypal_{name}"]) for name in ("client", "secret", "webhook")]
    if any(named) and not all(named):
        raise ImproperlyConfigured(
            "ALLMENDE_PAYPAL_CLIENT, _SECRET and _WEBHOOK are wanted all three, or none."
        )


def read_books(values: dict[str, Any]) -> None:
    """Raises ImproperlyConfigured for what the tax adviser's program would refuse."""
    if not re.fullmatch(r"\d{4,7}/\d{1,5}", values["datev"], re.ASCII):
        raise ImproperlyConfigured("ALLMENDE_DATEV is not like 1001/456.")
    values["datev"] = tuple(map(int, values["datev"].split("/")))
    try:
        begins = dt.date.fromisoformat(f"2001-{values['business_year']}")
    except ValueError as error:
        raise ImproperlyConfigured("ALLMENDE_BUSINESS_YEAR is not like 07-01.") from error
    values["business_year"] = (begins.month, begins.day)


def mail_leaves_by(address: str) -> bool:
    """Whether it begins as one of the transports' does, and those of ours name what they need."""
    if choice.kind_of(address) in ("anymail", "folder"):
        return bool(re.match(r"anymail://.|folder:///.", address))
    return ":" in address and choice.kind_of(address) in choice.KINDS


def read_mail(values: dict[str, Any]) -> None:
    """Raises ImproperlyConfigured for what would only be noticed when a mail has to leave."""
    if values["email_url"].startswith("smtp"):
        try:
            relays_of(values["email_url"])
        except BadAddress as error:
            raise ImproperlyConfigured(f"ALLMENDE_EMAIL_URL: {error}") from error
    elif values["email_url"] and not mail_leaves_by(values["email_url"]):
        raise ImproperlyConfigured("ALLMENDE_EMAIL_URL begins with no kind of mail server.")
    bounces = values["email_bounces"]
    if bounces and not re.fullmatch(r"[\w.-]+@[\w.-]+", bounces, re.ASCII):
        raise ImproperlyConfigured("ALLMENDE_EMAIL_BOUNCES is not like bounces@paper.example.")
    if values["email_bounces_from"] and not re.match(
        r"maildir:///.|imaps?://.", values["email_bounces_from"]
    ):
        raise ImproperlyConfigured(
            "ALLMENDE_EMAIL_BOUNCES_FROM is neither maildir:///path nor imaps://user:password@host."
        )
    if values["email_webhook"] and not re.fullmatch(r"[^:\s]+:\S{8,}", values["email_webhook"]):
        raise ImproperlyConfigured(
            "ALLMENDE_EMAIL_WEBHOOK is not like name:password, with eight characters or more."
        )
    values["email_dkim"] = [signing_key(text) for text in values["email_dkim"]]
    values["email_limits"] = [domain_limit(text) for text in values["email_limits"]]


def service_of(url: str) -> tuple[str, dict[str, str]]:
    """The e-mail service that letters go by, and its options: anymail://mailgun?api_key=…"""
    parts = urlsplit(url)
    return (parts.netloc, dict(parse_qsl(parts.query))) if parts.scheme == "anymail" else ("", {})


def signing_key(text: str) -> tuple[str, str, Path]:
    """Domain, selector and file of a key."""
    selector, domain, path = [*text.split(":", 2), "", ""][:3]
    if not path or not Path(path).is_file():
        raise ImproperlyConfigured(
            f"ALLMENDE_EMAIL_DKIM: {text} is not like selector:paper.example:/path/key.pem,"
            " or there is no such file."
        )
    return domain, selector, Path(path)


def domain_limit(text: str) -> tuple[str, int, float]:
    """Domain, letters at once, letters a second; 0 is no limit."""
    domain, at_once, rate = [*text.split(":"), "", ""][:3]
    try:
        return domain.lower(), int(at_once or 0), float(rate or 0)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"ALLMENDE_EMAIL_LIMITS: {text} is not like gmx.de:4:20."
        ) from error
