"""How long PyJWT takes to verify a token: a line of JSON with microseconds. Usage: pyjwt_peer.py HS256|EdDSA COUNT."""

from __future__ import annotations

import json
import statistics
import sys
import time

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

algorithm, count = sys.argv[1], int(sys.argv[2])
secret = Ed25519PrivateKey.generate()
sign, verify = ("k" * 40, "k" * 40) if algorithm == "HS256" else (secret, secret.public_key())
now = int(time.time())
claims = {
    "sub": "user",
    "iss": "bench",
    "aud": "bench",
    "iat": now,
    "exp": now + 3600,
    "role": "client",
    "tier": "free",
}
tokens = [jwt.encode({**claims, "jti": str(number)}, sign, algorithm=algorithm) for number in range(count)]
waits = []
for token in tokens:
    began = time.perf_counter()
    jwt.decode(token, verify, algorithms=[algorithm], issuer="bench", audience="bench")
    waits.append((time.perf_counter() - began) * 1e6)
print(json.dumps({"unseen_us": statistics.median(waits)}))
