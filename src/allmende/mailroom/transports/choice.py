"""Which transport the settings name.

smtp+tls://user:password@host:587?connections=20   one relay, or several, by commas
anymail://mailgun?api_key=…                        an e-mail service
folder:///var/mail/out                             .eml files
dummy:                                             nothing leaves
"""

from importlib import import_module

from allmende.mailroom.transports import Transport
from allmende.mailroom.transports.smtp.relay import BadAddress

# What stands before the colon, and the module whose `of_address` makes the transport. It is loaded
# only where it is wanted, for some bring a vendor's client.
KINDS = {
    "smtp": "allmende.mailroom.transports.smtp",
    "smtp+tls": "allmende.mailroom.transports.smtp",
    "smtp+ssl": "allmende.mailroom.transports.smtp",
    "anymail": "allmende.mailroom.transports.service",
    "folder": "allmende.mailroom.transports.folder",
    "dummy": "allmende.mailroom.transports.dummy",
}


def transport_of(address: str, *, share: int = 1) -> Transport:
    """share: among how many senders the mail server's patience is divided.

    Raises BadAddress.
    """
    kind = KINDS.get(kind_of(address))
    if kind is None:
        raise BadAddress(f"{kind_of(address)}: is no kind of mail server.")
    made: Transport = import_module(kind).of_address(address, share=share)
    return made


def kind_of(address: str) -> str:
    return address.partition(":")[0]
