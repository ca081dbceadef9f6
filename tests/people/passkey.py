"""A passkey in software: it makes what a browser and its key would send (WebAuthn level 2)."""

import hashlib
import json
import secrets
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Passkey:
    """One key on one device, opened by finger or PIN."""

    def __init__(self, host: str, user_handle: bytes = b"") -> None:
        self.host, self.user_handle = host, user_handle
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = secrets.token_bytes(16)

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.create`."""
        self.user_handle = options["publicKey"]["user"]["id"].encode()
        attested = bytes(16) + struct.pack(">H", len(self.name)) + self.name
        attested += cbor.encode(ES256.from_cryptography_key(self.key.public_key()))
        data = self.authenticator_data(PRESENT | VERIFIED | ATTESTED) + attested
        response = {
            "clientDataJSON": self.client_data("webauthn.create", options),
            "attestationObject": websafe_encode(
                cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
            ),
        }
        return self.credential(response) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def sign_in(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.get`."""
        client = self.client_data("webauthn.get", options)
        data = self.authenticator_data(PRESENT | VERIFIED)
        signed = data + hashlib.sha256(self.plain.encode()).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": client,
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": self.user_handle.decode(),
        }
        return self.credential(response) | {"clientExtensionResults": {}}

    def credential(self, response: dict[str, Any]) -> dict[str, Any]:
        name = websafe_encode(self.name)
        return {"type": "public-key", "id": name, "rawId": name, "response": response}

    def client_data(self, kind: str, options: dict[str, Any]) -> str:
        challenge = options["publicKey"]["challenge"]
        self.plain = json.dumps(
            {"type": kind, "challenge": challenge, "origin": f"http://{self.host}"}
        )
        return websafe_encode(self.plain.encode())

    def authenticator_data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + bytes(4)
