"""SMTP to relays of one's own: pooled connections, pipelined, driven by one loop."""

from allmende.mailroom.transports.smtp.relay import Relay, relays_of
from allmende.mailroom.transports.smtp.transport import Smtp

__all__ = ["Relay", "Smtp", "of_address", "relays_of"]


def of_address(address: str, *, share: int) -> Smtp:
    """Raises relay.BadAddress."""
    return Smtp([relay.shared(share) for relay in relays_of(address)])
