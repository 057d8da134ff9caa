"""People with keys: they sign texts in every form that their wallets know, and what they should not."""

from __future__ import annotations

import base64
import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eth_account import Account
from eth_account.messages import encode_defunct
from eth_keys import KeyAPI
from eth_utils import keccak, to_canonical_address
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message, MessageV0, to_bytes_versioned
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from . import base58, ed25519
from .solana_records import MEMO, MEMO_V1
from .solana_tokens import memo_instruction

#: The order of the group of secp256k1.
SECP256K1_N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_ENVELOPE = b"\xffsolana offchain"
_PACKET_BYTES_MAX = 1232


class Form(enum.Enum):
    """How a text is signed on Solana."""

    PLAIN = "its bytes"
    ENVELOPE_V0 = "the off-chain envelope of hardware wallets"
    ENVELOPE_V0_DOMAIN = "its later shape, with an application domain and the signers"
    ENVELOPE_V1 = "its second version"
    MEMO = "a legacy transaction that can never land, with the text as a memo"
    MEMO_V0 = "the same with a message of version 0"


@dataclass(frozen=True)
class Signed:
    """A text with its signature, true or not."""

    signature: bytes
    message: bytes
    """The bytes that were signed: of a transaction, those of its message."""
    transaction: bytes | None = None

    @property
    def signature_base58(self) -> str:
        return base58.encoded(self.signature)

    @property
    def signature_base64(self) -> str:
        return base64.b64encode(self.signature).decode()

    @property
    def transaction_base64(self) -> str:
        assert self.transaction is not None, "signed without a transaction"
        return base64.b64encode(self.transaction).decode()


def envelope(text: str, signer: Pubkey, form: Form = Form.ENVELOPE_V0, domain: bytes = bytes(32)) -> bytes:
    """What a hardware wallet signs in place of a text."""
    data = text.encode()
    if form is Form.ENVELOPE_V1:
        return _ENVELOPE + b"\x01\x01" + bytes(signer) + data
    between = domain if form is Form.ENVELOPE_V0_DOMAIN else b""
    signers = b"\x01" + bytes(signer) if form is Form.ENVELOPE_V0_DOMAIN else b""
    head = len(_ENVELOPE) + 1 + len(between) + 1 + len(signers) + 2
    is_short = head + len(data) <= _PACKET_BYTES_MAX
    kind = 2 if not is_short else 0 if all(0x20 <= one <= 0x7E for one in data) else 1
    return _ENVELOPE + b"\x00" + between + bytes((kind,)) + signers + len(data).to_bytes(2, "little") + data


class SolanaWallet:
    """A key pair of Ed25519."""

    def __init__(self, keypair: Keypair | None = None) -> None:
        self.keypair = keypair or Keypair()

    @staticmethod
    def named(name: str) -> SolanaWallet:
        """Always the same one."""
        return SolanaWallet(Keypair.from_seed(hashlib.sha256(b"wallet " + name.encode()).digest()))

    @property
    def pubkey(self) -> Pubkey:
        return self.keypair.pubkey()

    @property
    def address(self) -> str:
        return str(self.pubkey)

    def sign_bytes(self, message: bytes) -> bytes:
        return bytes(self.keypair.sign_message(message))

    def sign(self, text: str, form: Form = Form.PLAIN) -> Signed:
        if form in (Form.MEMO, Form.MEMO_V0):
            return self.sign_memo(text, is_legacy=form is Form.MEMO)
        message = text.encode() if form is Form.PLAIN else envelope(text, self.pubkey, form)
        return Signed(self.sign_bytes(message), message)

    def sign_all(self, text: str) -> dict[Form, Signed]:
        return {form: self.sign(text, form) for form in Form}

    def sign_memo(
        self,
        text: str,
        *,
        is_legacy: bool = True,
        program: Pubkey = MEMO,
        blockhash: Hash | None = None,
        before: tuple[Instruction, ...] = (),
        after: tuple[Instruction, ...] = (),
        payer: SolanaWallet | None = None,
    ) -> Signed:
        """A transaction with the text as a memo; with the blockhash of zeros that is the default, it never lands."""
        instructions = [*before, memo_instruction(text, self.pubkey, program=program), *after]
        payer, hash = payer or self, blockhash or Hash.default()
        message: Message | MessageV0
        if is_legacy:
            message = Message.new_with_blockhash(instructions, payer.pubkey, hash)
        else:
            message = MessageV0.try_compile(payer.pubkey, instructions, [], hash)
        signed = to_bytes_versioned(message)
        signers = [payer.keypair] if payer is self else [payer.keypair, self.keypair]
        transaction = VersionedTransaction(message, signers)
        return Signed(bytes(transaction.signatures[0]), signed, bytes(transaction))

    # What must be refused

    def bad(self, text: str) -> dict[str, Signed]:
        """Signatures of the text's bytes that are none."""
        message, other = text.encode(), SolanaWallet()
        good = self.sign_bytes(message)
        bad = {
            "by another key": other.sign_bytes(message),
            "of another text": self.sign_bytes(message + b"."),
            "of the envelope": self.sign(text, Form.ENVELOPE_V0).signature,
            "S + L": ed25519.malleable(good),
            "one bit": bytes((good[0] ^ 1,)) + good[1:],
            "one byte short": good[:63],
            "one byte more": good + b"\0",
            "zeros": bytes(64),
            "nothing": b"",
        }
        return {name: Signed(signature, message) for name, signature in bad.items()}

    def bad_transactions(self, text: str, live: Hash) -> dict[str, Signed]:
        """Memo transactions that are signed well and must be refused; ``live`` is a blockhash that serves now."""
        other = SolanaWallet()
        move = transfer(TransferParams(from_pubkey=self.pubkey, to_pubkey=other.pubkey, lamports=1))
        good = self.sign_memo(text)
        assert good.transaction is not None
        unsigned = good.transaction[:1] + bytes(64) + good.transaction[65:]
        return {
            "it could land": self.sign_memo(text, blockhash=live),
            "a transfer before": self.sign_memo(text, before=(move,)),
            "a transfer behind": self.sign_memo(text, after=(move,)),
            "two memos": self.sign_memo(text, after=(memo_instruction("more", self.pubkey),)),
            "another payer": self.sign_memo(text, payer=other),
            "of another wallet": other.sign_memo(text),
            "another text": self.sign_memo(text + "."),
            "unsigned": Signed(bytes(64), good.message, unsigned),
            "a byte more": Signed(good.signature, good.message, good.transaction + b"\0"),
            "cut": Signed(good.signature, good.message, good.transaction[:-1]),
        }

    def also_good(self, text: str) -> dict[str, Signed]:
        """Memo transactions as some wallets make them."""
        limit = Instruction(Pubkey.from_string("ComputeBudget111111111111111111111111111111"), b"\x02" + bytes(4), [])
        return {
            "with a compute budget": self.sign_memo(text, before=(limit,)),
            "of the first memo program": self.sign_memo(text, program=MEMO_V1),
        }


def small_order_forgeries(text: str) -> dict[str, tuple[str, Signed]]:
    """By the kind of key: its address, and a signature that careless verification believes; nobody has a secret."""
    message = text.encode()
    keys: Mapping[str, bytes] = {**ed25519.SMALL_ORDER_KEYS, **ed25519.NON_CANONICAL_KEYS}
    return {name: (base58.encoded(key), Signed(ed25519.forged(key, message), message)) for name, key in keys.items()}


def program_address(name: str = "nobody") -> str:
    """An address off the curve, for which nobody can ever sign."""
    return str(Pubkey.find_program_address([name.encode()], MEMO)[0])


def is_strictly_signed(address: str, signed: Signed) -> bool:
    """Verification as the Solana runtime does it."""
    if len(signed.signature) != 64:
        return False
    return Signature.from_bytes(signed.signature).verify(Pubkey.from_string(address), signed.message)


class EthereumWallet:
    """A key of secp256k1. Signatures are 65 bytes: r, s, v."""

    def __init__(self, key: bytes | None = None) -> None:
        self.account: Any = Account.create() if key is None else Account.from_key(key)

    @staticmethod
    def named(name: str) -> EthereumWallet:
        """Always the same one."""
        return EthereumWallet(hashlib.sha256(b"wallet " + name.encode()).digest())

    @property
    def address(self) -> str:
        """With the checksum of its letters."""
        return str(self.account.address)

    @property
    def address_bytes(self) -> bytes:
        return bytes(to_canonical_address(self.account.address))

    def sign(self, text: str) -> bytes:
        """As ``personal_sign`` does (EIP-191), with v 27 or 28."""
        return bytes(self.account.sign_message(encode_defunct(text=text)).signature)

    def sign_hash(self, hash: bytes) -> bytes:
        """Without any prefix, with v 27 or 28: for contracts that are wallets."""
        signature = KeyAPI().PrivateKey(bytes(self.account.key)).sign_msg_hash(hash).to_bytes()
        return bytes(signature[:64]) + bytes((signature[64] + 27,))

    def also_good(self, text: str) -> dict[str, bytes]:
        """The same signature as some wallets write it."""
        good = self.sign(text)
        return {"v from 0": good[:64] + bytes((good[64] - 27,))}

    def bad(self, text: str) -> dict[str, bytes]:
        """Signatures that must be refused."""
        good = self.sign(text)
        r, s, v = good[:32], int.from_bytes(good[32:64], "big"), good[64]
        other = EthereumWallet()
        text_bytes = text.encode()
        sha3 = hashlib.sha3_256(b"\x19Ethereum Signed Message:\n%d" % len(text_bytes) + text_bytes).digest()
        n = SECP256K1_N.to_bytes(32, "big")
        return {
            "by another key": other.sign(text),
            "of another text": self.sign(text + "."),
            "of the text without a prefix": self.sign_hash(keccak(text_bytes)),
            "of another hash function": self.sign_hash(sha3),
            "high s": r + (SECP256K1_N - s).to_bytes(32, "big") + bytes((55 - v,)),
            "high s with v from 0": r + (SECP256K1_N - s).to_bytes(32, "big") + bytes((28 - v,)),
            "the other v": good[:64] + bytes((55 - v,)),
            "v of 2": good[:64] + b"\x02",
            "v of 29": good[:64] + b"\x1d",
            "v of a transaction": good[:64] + bytes((v + 10,)),
            "r of 0": bytes(32) + good[32:],
            "s of 0": r + bytes(32) + bytes((v,)),
            "r of n": n + good[32:],
            "s of n": r + n + bytes((v,)),
            "64 bytes": good[:64],
            "compact": r + (s | (v - 27) << 255).to_bytes(32, "big"),
            "a byte more": good + b"\0",
            "zeros": bytes(65),
            "nothing": b"",
            "of a wallet that is yet to be (ERC-6492)": good + bytes.fromhex("6492" * 16),
        }


def personal_hash(text: str) -> bytes:
    """What ``personal_sign`` signs, and what a contract is asked about."""
    data = text.encode()
    return bytes(keccak(b"\x19Ethereum Signed Message:\n%d" % len(data) + data))
