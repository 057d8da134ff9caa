"""Ed25519 by hand, as far as it takes to forge signatures that careless verification believes.

With a public key of small order, ``k * A`` takes at most eight values whatever ``k`` is, so that a signature can be
made without any secret: choose ``S``, guess the value, and try until the hash agrees with the guess.
"""

from __future__ import annotations

import hashlib
import itertools

P = 2**255 - 19
#: The order of the group in which honest keys are.
L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, P) % P
_ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
_SIGN = 1 << 255

#: Affine coordinates.
Point = tuple[int, int]
_IDENTITY: Point = (0, 1)

_ORDER_8 = (
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
)


def _with_sign(key: bytes) -> bytes:
    return key[:31] + bytes((key[31] | 0x80,))


#: All points of small order as they are properly written; the second one is the address of the System program.
SMALL_ORDER_KEYS: dict[str, bytes] = {
    "the identity": (1).to_bytes(32, "little"),
    "order 4, 32 zeros": bytes(32),
    "order 2": (P - 1).to_bytes(32, "little"),
    "order 4, with the sign": _with_sign(bytes(32)),
    **{f"order 8, number {number + 1}": bytes.fromhex(key) for number, key in enumerate(_ORDER_8)},
    **{f"order 8, number {number + 3}": _with_sign(bytes.fromhex(key)) for number, key in enumerate(_ORDER_8)},
}
#: The same points, and a large one, written so that no proper key looks like it; lenient decoders take them.
NON_CANONICAL_KEYS: dict[str, bytes] = {
    "the identity, with a sign that zero has not": _with_sign((1).to_bytes(32, "little")),
    "the identity, as p + 1": (P + 1).to_bytes(32, "little"),
    "order 4, as p": P.to_bytes(32, "little"),
    "order 4, as p with the sign": _with_sign(P.to_bytes(32, "little")),
    "order 2, with a sign that zero has not": _with_sign((P - 1).to_bytes(32, "little")),
}


def decompressed(data: bytes) -> Point | None:
    """Leniently: ``y`` beyond ``p`` is taken, and so is a zero with a sign; nothing for what is off the curve."""
    number = int.from_bytes(data, "little")
    y = (number & ~_SIGN) % P
    square = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * _ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return (P - x) % P if x % 2 != number >> 255 else x, y


def compressed(point: Point) -> bytes:
    return (point[1] | (_SIGN if point[0] % 2 else 0)).to_bytes(32, "little")


def _sum(one: Point, other: Point) -> Point:
    (x1, y1), (x2, y2) = one, other
    product = _D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P


def _times(count: int, point: Point) -> Point:
    total = _IDENTITY
    while count:
        if count % 2:
            total = _sum(total, point)
        point, count = _sum(point, point), count // 2
    return total


_BASE_Y = 4 * pow(5, -1, P) % P
_base = decompressed(_BASE_Y.to_bytes(32, "little"))
assert _base is not None
BASE: Point = _base


def _hash(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


def order_of(key: bytes) -> int | None:
    """1, 2, 4 or 8; nothing for a key of large order, or for none."""
    point = decompressed(key)
    if point is None:
        return None
    return next((order for order in (1, 2, 4, 8) if _times(order, point) == _IDENTITY), None)


def forged(key: bytes, message: bytes) -> bytes:
    """A signature of a message under a key of small order, made without any secret.

    Raises ``ValueError`` for other keys.
    """
    order, point = order_of(key), decompressed(key)
    if order is None or point is None:
        raise ValueError("this key is of no small order")
    multiples = list(itertools.accumulate([point] * order, _sum, initial=_IDENTITY))[:order]
    for s in itertools.count(1):
        sb = _times(s, BASE)
        for guess, multiple in enumerate(multiples):
            minus: Point = ((P - multiple[0]) % P, multiple[1])
            r = compressed(_sum(sb, minus))
            if _hash(r, key, message) % order == guess:
                return r + s.to_bytes(32, "little")
    raise AssertionError("there is always one")


def malleable(signature: bytes) -> bytes:
    """Another signature of the same message under the same key, for those who do not ask that S be less than L."""
    s = int.from_bytes(signature[32:], "little") + L
    return signature[:32] + s.to_bytes(32, "little")


def is_believed(key: bytes, message: bytes, signature: bytes, *, checks_s: bool = True) -> bool:
    """Verification as it is written most often: no question about the order of the key, nor about how it is written."""
    point, s = decompressed(key), int.from_bytes(signature[32:], "little")
    if point is None or len(signature) != 64 or (checks_s and s >= L):
        return False
    minus: Point = ((P - point[0]) % P, point[1])
    return compressed(_sum(_times(s, BASE), _times(_hash(signature[:32], key, message), minus))) == signature[:32]
