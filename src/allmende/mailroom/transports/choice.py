"""Which transport the settings name.

smtp+tls://user:password@host:587?connections=20   one relay, or several, by commas
anymail://mailgun?api_key=…                        an e-mail service
folder:///var/mail/out                             .eml files
dummy:                                             nothing leaves
"""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from allmende.mailroom.transports import Transport
from allmende.mailroom.transports.dummy import Dummy
from allmende.mailroom.transports.folder import Folder
from allmende.mailroom.transports.smtp import Relay, Smtp


def transport_of(address: str, *, share: int = 1) -> Transport:
    """share: among how many senders a relay's connections and rate are divided.

    Raises relay.BadAddress.
    """
    parts = urlsplit(address)
    if parts.scheme == "folder":
        return Folder(Path(parts.path))
    if parts.scheme == "dummy":
        return Dummy()
    if parts.scheme == "anymail":
        from allmende.mailroom.transports.service import Service  # loads a vendor's client

        return Service(parts.netloc, dict(parse_qsl(parts.query)))
    return Smtp([relay.shared(share) for relay in relays_of(address)])


def relays_of(address: str) -> list[Relay]:
    return [Relay.of_url(one.strip()) for one in address.split(",")]
