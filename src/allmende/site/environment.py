"""Every setting that the environment may give, with its type, default and meaning.

The one list: `settings.py` reads it, docs/settings.md is held to it by a test.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ


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
    Setting(
        "ALLMENDE_SECRET_KEY", str, "", "Signing key; empty means one kept in the data folder."
    ),
    Setting("ALLMENDE_URL", str, "", "Public address of the paper, as readers type it."),
    Setting("ALLMENDE_HOST", str, "127.0.0.1", "Address that the web server listens on."),
    Setting("ALLMENDE_PORT", int, 8000, "Port that the web server listens on."),
    Setting("ALLMENDE_ALLOWED_HOSTS", list, [], "Further host names that are answered."),
    Setting("ALLMENDE_PROXIES", list, [], "Addresses of proxies whose forwarding headers count."),
    Setting("ALLMENDE_WORKERS", int, 1, "Web processes."),
    Setting("ALLMENDE_LANGUAGE", str, "de", "Main language of the paper: de or en."),
    Setting("ALLMENDE_TIME_ZONE", str, "Europe/Berlin", "Time zone until the paper names its own."),
    Setting("ALLMENDE_EMAIL_URL", str, "", "Mail server, as smtp+tls://user:password@host:587."),
    Setting("ALLMENDE_EMAIL_FROM", str, "", "Sender of the system's own mails."),
    Setting("ALLMENDE_DEMO", bool, False, "Demo paper: the second factor is not forced."),
    Setting("ALLMENDE_DEBUG", bool, False, "For developers: Django's debug pages."),
    Setting("ALLMENDE_LOG_LEVEL", str, "INFO", "How much is logged: DEBUG, INFO, WARNING, ERROR."),
]


def read() -> dict[str, Any]:
    """Values of all settings, read from the environment.

    Raises ImproperlyConfigured, naming the variable, when one cannot be read.
    """
    env = environ.Env()
    values = {}
    for setting in SETTINGS:
        value = env.get_value(setting.name, cast=setting.kind, default=setting.default)
        values[setting.name.removeprefix("ALLMENDE_").lower()] = value
    values["data"] = Path(values["data"]).resolve()
    values["url"] = (values["url"] or f"http://localhost:{values['port']}").rstrip("/")
    return values
