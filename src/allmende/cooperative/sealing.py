"""What of the register is personal: sealed under a key of its own, committed to in the chain.

A payload is a nonce and a text; the chain holds what both hash to. Whoever has neither learns
nothing from the hash, so that a key destroyed is a person forgotten, while the chain still holds.
"""

import json
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from allmende.cooperative.models import Membership, RegisterPayload
from allmende.lib.vault import Destroyed, Unreadable
from allmende.payments.sealing import vault

SCHEMA = 1
NONCE = 32  # bytes

__all__ = ["Destroyed", "Unreadable"]


def owner_of(membership: Membership | None, event: int) -> str:
    """Whose key: the membership's, or the event's own where it is of nobody's membership."""
    return f"membership:{membership.key}" if membership else f"event:{event}"


def seal(
    data: Mapping[str, Any], *, event: int, membership: Membership | None
) -> tuple[RegisterPayload, str]:
    """The payload, not saved, and its commitment."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    value = secrets.token_bytes(NONCE) + text.encode()
    owner = owner_of(membership, event)
    sealed = vault().seal(value, context=context(event), owner=owner)
    payload = RegisterPayload(event_id=event, schema=SCHEMA, owner=owner, sealed=sealed)
    return payload, sha256(value).hexdigest()


def opened(payload: RegisterPayload) -> bytes:
    """Nonce and text. Raises Unreadable."""
    return vault().open(
        bytes(payload.sealed), context=context(payload.event_id), owner=payload.owner
    )


def read(payload: RegisterPayload) -> dict[str, Any]:
    """Raises Unreadable."""
    found: dict[str, Any] = json.loads(opened(payload)[NONCE:])
    return found


def commitment_of(payload: RegisterPayload) -> str:
    """Raises Unreadable."""
    return sha256(opened(payload)).hexdigest()


def destroy(owner: str) -> bool:
    """All that was sealed under this key can be read no more, in no backup either."""
    return vault().destroy(owner)


def context(event: int) -> str:
    return f"cooperative.RegisterPayload.sealed:{event}"
