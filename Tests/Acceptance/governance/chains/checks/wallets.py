"""People who sign: what is right is believed by the runtimes' own verification, what is wrong is not."""

from __future__ import annotations

from collections.abc import Callable

from eth_account import Account
from eth_account.messages import encode_defunct
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from chains import base58, ed25519
from chains.checks.checking import Checks
from chains.solana_chain import SolanaChain
from chains.solana_records import Refusal
from chains.texts import SignIn, altered
from chains.wallets import (
    EthereumWallet,
    Form,
    SolanaWallet,
    is_strictly_signed,
    program_address,
    small_order_forgeries,
)


def run(check: Checks) -> None:
    _solana(check)
    _forgeries(check)
    _ethereum(check)
    _texts(check)


def _solana(check: Checks) -> None:
    chain, ann = SolanaChain(), SolanaWallet()
    text = _sign_in(ann.address).siws()
    for form, good in ann.sign_all(text).items():
        check.that(f"{form.name}: signed", is_strictly_signed(ann.address, good))
        check.that(f"{form.name}: by hand", ed25519.is_believed(bytes(ann.pubkey), good.message, good.signature))
        check.that(f"{form.name}: the text is in it", text.encode() in good.message)
    plain, envelope = ann.sign(text), ann.sign(text, Form.ENVELOPE_V0)
    check.same("the envelope begins as it must", envelope.message[:18], b"\xffsolana offchain\x00\x01")
    check.same("its length", int.from_bytes(envelope.message[18:20], "little"), len(text.encode()))
    check.same("printable letters", ann.sign("hello", Form.ENVELOPE_V0).message[16:20], b"\x00\x00\x05\x00")
    check.that("two forms, two signatures", plain.signature != envelope.signature)
    for name, bad in ann.bad(text).items():
        check.that(f"refused: {name}", not is_strictly_signed(ann.address, bad))
    memo = ann.sign(text, Form.MEMO)
    assert memo.transaction is not None
    landed = chain.execute(VersionedTransaction.from_bytes(memo.transaction))
    check.same("a memo to log in never lands", isinstance(landed, Refusal) and landed.err, "BlockhashNotFound")
    transactions = {**ann.bad_transactions(text, chain.blockhash()), **ann.also_good(text)}
    for name, one in transactions.items():
        should_hold = name not in ("unsigned", "another payer", "of another wallet")
        check.same(f"a transaction, {name}: signed by Ann first", is_strictly_signed(ann.address, one), should_hold)
    check.same("the same name, the same wallet", SolanaWallet.named("a").address, SolanaWallet.named("a").address)
    check.that("a program's address", not Pubkey.from_string(program_address()).is_on_curve())


def _forgeries(check: Checks) -> None:
    check.same("eight keys of small order", len(set(ed25519.SMALL_ORDER_KEYS.values())), 8)
    check.same("one of them is the System program", base58.encoded(bytes(32)), "1" * 32)
    message = "station.example wants you to sign in\n"
    for name, key in ed25519.SMALL_ORDER_KEYS.items():
        point = ed25519.decompressed(key)
        check.that(f"{name}: properly written", point is not None and ed25519.compressed(point) == key)
    believed, openssl = 0, _openssl()
    for number in range(5):
        for name, (address, signed) in small_order_forgeries(message + str(number)).items():
            key = base58.decoded(address)
            believed += ed25519.is_believed(key, signed.message, signed.signature)
            check.that(f"{name}: the runtime refuses", not is_strictly_signed(address, signed))
            if openssl is not None and name in ed25519.SMALL_ORDER_KEYS:
                check.that(f"{name}: OpenSSL believes it", openssl(key, signed.message, signed.signature))
    keys = len(ed25519.SMALL_ORDER_KEYS) + len(ed25519.NON_CANONICAL_KEYS)
    check.same("forgeries that careless verification believes", believed, 5 * keys)
    if openssl is None:
        print("  no library of OpenSSL is here: forgeries are believed by our own verification only", flush=True)
    ann = SolanaWallet()
    good = ann.sign("x")
    twin = ed25519.malleable(good.signature)
    careless = ed25519.is_believed(bytes(ann.pubkey), b"x", twin, checks_s=False)
    check.that("S + L is believed by those who do not look", careless)
    check.that("and by nobody else", not ed25519.is_believed(bytes(ann.pubkey), b"x", twin))


def _openssl() -> Callable[[bytes, bytes, bytes], bool] | None:
    """Verification by OpenSSL, where the system has a library for it."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return None

    def verify(key: bytes, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return verify


def _ethereum(check: Checks) -> None:
    ann = EthereumWallet()
    text = _sign_in(ann.address).siwe()
    good = ann.sign(text)
    check.same("Ethereum: recovered", Account.recover_message(encode_defunct(text=text), signature=good), ann.address)
    check.that("65 bytes, v, low s", len(good) == 65 and good[64] in (27, 28) and good[32] < 0x80)
    check.same("v from 0", ann.also_good(text)["v from 0"][64], good[64] - 27)
    same_person = 0
    for name, bad in ann.bad(text).items():
        try:
            recovered = Account.recover_message(encode_defunct(text=text), signature=bad)
        except Exception:  # Whatever the library says: it is not believed.
            recovered = ""
        lenient = name in ("high s", "high s with v from 0", "v of a transaction")
        same_person += recovered == ann.address
        check.that(f"Ethereum: {name}", recovered != ann.address or lenient, recovered)
    check.that("some are the same person to lenient eyes", same_person >= 1, same_person)
    check.same("the same name, the same key", EthereumWallet.named("a").address, EthereumWallet.named("a").address)


def _texts(check: Checks) -> None:
    siws = _sign_in("So1ana").siws()
    check.same(
        "SIWS begins",
        siws.split("\n")[:4],
        ["station.example wants you to sign in with your Solana account:", "So1ana", "", "Come in."],
    )
    bare = SignIn("a.example", "0xA", "12345678", "2026-01-01T00:00:00Z", uri="https://a.example", chain_id="1")
    lines = bare.siwe().split("\n")
    check.same("SIWE without a statement has two empty lines", lines[1:5], ["0xA", "", "", "URI: https://a.example"])
    changes = altered(siws, "Other")
    check.that("changed in many ways", len(changes) >= 15 and len(set(changes.values())) == len(changes), len(changes))
    check.that("each of them differs", siws not in changes.values())


def _sign_in(address: str) -> SignIn:
    return SignIn(
        domain="station.example",
        address=address,
        nonce="abcdEFGH1234",
        issued_at="2026-01-01T00:00:00Z",
        expires_at="2026-01-01T00:05:00Z",
        statement="Come in.",
        uri="https://station.example",
        chain_id="1",
    )
