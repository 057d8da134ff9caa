"""Contracts for tests, assembled here: a token, wallets that check signatures, and wallets that misbehave."""

from __future__ import annotations

from eth_utils import keccak

from .assembler import assembled, deploying

TRANSFER_TOPIC = 0xDDF252AD1BE2C89B69C2B068FC378DAA952BA7F163C4A11628F55A4DF523B3EF
#: What an ERC-1271 wallet answers with where it calls a signature its own, at the left of a word.
MAGIC = 0x1626BA7E
GIVE = keccak(text="give((address,uint256)[])")[:4]

#: The storage key of the balance of the address on top of the stack, where a compiler would put it, too.
_KEY = "PUSH 0 MSTORE  PUSH 0 PUSH 0x20 MSTORE  PUSH 0x40 PUSH 0 SHA3"
_ANSWER = "PUSH 0 MSTORE  PUSH 0x20 PUSH 0 RETURN"


def erc20(decimals: int = 18, symbol: str = "TKN") -> bytes:
    """A token that starts empty, and of which ``give`` makes more for anybody: tests need holders, not rules."""
    text = int.from_bytes(symbol.encode().ljust(32, b"\0"), "big")
    return deploying(
        assembled(
            f"""
        PUSH 0 CALLDATALOAD PUSH 0xe0 SHR               ; the selector
        DUP1 PUSH 0x70a08231 EQ PUSH @balanceOf JUMPI
        DUP1 PUSH 0x18160ddd EQ PUSH @totalSupply JUMPI
        DUP1 PUSH 0x313ce567 EQ PUSH @decimals JUMPI
        DUP1 PUSH 0x95d89b41 EQ PUSH @symbol JUMPI
        DUP1 PUSH 0x06fdde03 EQ PUSH @symbol JUMPI      ; its name is its symbol
        DUP1 PUSH 0xa9059cbb EQ PUSH @transfer JUMPI
        DUP1 PUSH 0x{GIVE.hex()} EQ PUSH @give JUMPI
    refuse:
        PUSH 0 PUSH 0 REVERT
    balanceOf:
        PUSH 4 CALLDATALOAD {_KEY} SLOAD {_ANSWER}
    totalSupply:
        PUSH 1 SLOAD {_ANSWER}
    decimals:
        PUSH {decimals} {_ANSWER}
    symbol:                                             ; a string: where it begins, its length, its letters
        PUSH 0x20 PUSH 0 MSTORE  PUSH {len(symbol)} PUSH 0x20 MSTORE  PUSH {text} PUSH 0x40 MSTORE
        PUSH 0x60 PUSH 0 RETURN
    transfer:
        CALLER {_KEY} DUP1 SLOAD PUSH 0x24 CALLDATALOAD ; key, balance, amount
        DUP1 DUP3 LT PUSH @refuse JUMPI                 ; less than what is to be given
        SWAP1 SUB SWAP1 SSTORE                          ; the giver's
        PUSH 4 CALLDATALOAD {_KEY} DUP1 SLOAD PUSH 0x24 CALLDATALOAD ADD SWAP1 SSTORE
        PUSH 0x24 CALLDATALOAD PUSH 0 MSTORE
        PUSH 4 CALLDATALOAD CALLER PUSH {TRANSFER_TOPIC} PUSH 0x20 PUSH 0 LOG3
        PUSH 1 {_ANSWER}
    give:
        PUSH 0x44                                       ; where the first pair is
    next:
        CALLDATASIZE DUP2 LT ISZERO PUSH @given JUMPI
        DUP1 CALLDATALOAD {_KEY} DUP1 SLOAD             ; place, key, balance
        DUP3 PUSH 0x20 ADD CALLDATALOAD ADD SWAP1 SSTORE
        DUP1 PUSH 0x20 ADD CALLDATALOAD DUP1 PUSH 0 MSTORE
        PUSH 1 SLOAD ADD PUSH 1 SSTORE                  ; the supply
        DUP1 CALLDATALOAD PUSH 0 PUSH {TRANSFER_TOPIC} PUSH 0x20 PUSH 0 LOG3
        PUSH 0x40 ADD PUSH @next JUMP
    given:
        STOP
    """
        )
    )


def erc1271(owner: bytes) -> bytes:
    """A wallet that calls the signatures of its owner its own; the owner can make somebody else the owner."""
    return deploying(
        assembled(
            f"""
        PUSH 0 CALLDATALOAD PUSH 0xe0 SHR
        DUP1 PUSH {MAGIC} EQ PUSH @isValidSignature JUMPI
        DUP1 PUSH 0x13af4035 EQ PUSH @setOwner JUMPI
    refuse:
        PUSH 0 PUSH 0 REVERT
    isValidSignature:
        PUSH 0x24 CALLDATALOAD PUSH 4 ADD               ; where the signature is: its length, r, s, v
        DUP1 CALLDATALOAD PUSH 65 EQ ISZERO PUSH @no JUMPI
        PUSH 4 CALLDATALOAD PUSH 0 MSTORE               ; the hash
        DUP1 PUSH 0x20 ADD CALLDATALOAD PUSH 0x40 MSTORE
        DUP1 PUSH 0x40 ADD CALLDATALOAD PUSH 0x60 MSTORE
        PUSH 0x60 ADD CALLDATALOAD PUSH 0xf8 SHR PUSH 0x20 MSTORE
        PUSH 0x20 PUSH 0x80 PUSH 0x80 PUSH 0 PUSH 1 GAS STATICCALL  ; ecrecover; it says nothing where nobody signed
        RETURNDATASIZE PUSH 0x20 EQ AND ISZERO PUSH @no JUMPI
        PUSH 0x80 MLOAD PUSH 0 SLOAD EQ ISZERO PUSH @no JUMPI
        PUSH {MAGIC << 224} {_ANSWER}
    no:
        PUSH {0xFFFFFFFF << 224} {_ANSWER}
    setOwner:
        CALLER PUSH 0 SLOAD EQ ISZERO PUSH @refuse JUMPI
        PUSH 4 CALLDATALOAD PUSH 0 SSTORE
        STOP
    """
        ),
        {0: int.from_bytes(owner, "big")},
    )


def answering(data: bytes) -> bytes:
    """A contract that answers everything with the same bytes, at most 64 of them."""
    words = [int.from_bytes(data[at : at + 32].ljust(32, b"\0"), "big") for at in (0, 32)]
    code = f"PUSH {words[0]} PUSH 0 MSTORE PUSH {words[1]} PUSH 0x20 MSTORE PUSH {len(data)} PUSH 0 RETURN"
    return deploying(assembled(code))


def reverting(reason: str = "") -> bytes:
    """A contract that refuses everything; with a reason of at most 32 letters as a compiler would write it."""
    if not reason:
        return deploying(assembled("PUSH 0 PUSH 0 REVERT"))
    text = int.from_bytes(reason.encode().ljust(32, b"\0"), "big")
    return deploying(
        assembled(
            f"""
        PUSH {0x08C379A0 << 224} PUSH 0 MSTORE          ; Error(string)
        PUSH 0x20 PUSH 4 MSTORE  PUSH {len(reason)} PUSH 0x24 MSTORE  PUSH {text} PUSH 0x44 MSTORE
        PUSH 0x64 PUSH 0 REVERT
    """
        )
    )


def spending() -> bytes:
    """A contract that burns all gas at once: it asks for more memory than any gas buys."""
    return deploying(assembled("PUSH 1 PUSH 0xffffffffff MSTORE STOP"))


_MAGIC_LEFT = MAGIC.to_bytes(4, "big").ljust(32, b"\0")
#: Wallets that must be believed nothing, by what is wrong with them.
BAD_WALLETS = {
    "answers another word": answering(bytes(range(32))),
    "the magic at the right": answering(MAGIC.to_bytes(32, "big")),
    "the magic and then more": answering(_MAGIC_LEFT[:31] + b"\x01"),
    "the magic in two words": answering(_MAGIC_LEFT + bytes(32)),
    "the magic without its word": answering(MAGIC.to_bytes(4, "big")),
    "answers true": answering((1).to_bytes(32, "big")),
    "answers nothing": answering(b""),
    "reverts": reverting(),
    "reverts with a reason": reverting("no such signer"),
    "burns all gas": spending(),
}
