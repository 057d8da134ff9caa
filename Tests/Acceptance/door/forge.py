"""Makes tokens, true and false ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Sign = Callable[[bytes], bytes]


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """The header, the claims and the signature."""
    header, claims, signature = token.split(".")
    return json.loads(decoded(header)), json.loads(decoded(claims)), decoded(signature)


def made(header: dict[str, Any], claims: dict[str, Any], sign: Sign) -> str:
    signed = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
    return f"{signed}.{encoded(sign(signed.encode()))}"


def unsigned(data: bytes) -> bytes:
    return b""


def hs256(secret: bytes) -> Sign:
    return lambda data: hmac.new(secret, data, hashlib.sha256).digest()


def hs512(secret: bytes) -> Sign:
    return lambda data: hmac.new(secret, data, hashlib.sha512).digest()


class Ed25519:
    """The station's key pair, as it is made of the secret that it was given."""

    def __init__(self, secret: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(
            hashlib.sha256(b"cryptocall ed25519 seed:" + secret.encode()).digest()
        )

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)

    @property
    def public_raw(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def public_pem(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def jwk(self) -> dict[str, str]:
        return {"kty": "OKP", "crv": "Ed25519", "x": encoded(self.public_raw)}
