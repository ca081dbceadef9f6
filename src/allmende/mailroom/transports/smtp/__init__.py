"""SMTP to relays of one's own: pooled connections, pipelined, driven by one loop."""

from allmende.mailroom.transports.smtp.relay import Relay
from allmende.mailroom.transports.smtp.transport import Smtp

__all__ = ["Relay", "Smtp"]
