"""A tiny assembler for the EVM, so that contracts of tests are readable here and need no compiler."""

from __future__ import annotations

_OPCODES = {
    "STOP": 0x00,
    "ADD": 0x01,
    "SUB": 0x03,
    "LT": 0x10,
    "GT": 0x11,
    "EQ": 0x14,
    "ISZERO": 0x15,
    "AND": 0x16,
    "SHR": 0x1C,
    "SHA3": 0x20,
    "CALLER": 0x33,
    "CALLDATALOAD": 0x35,
    "CALLDATASIZE": 0x36,
    "CODECOPY": 0x39,
    "RETURNDATASIZE": 0x3D,
    "POP": 0x50,
    "MLOAD": 0x51,
    "MSTORE": 0x52,
    "SLOAD": 0x54,
    "SSTORE": 0x55,
    "JUMP": 0x56,
    "JUMPI": 0x57,
    "GAS": 0x5A,
    **{f"DUP{count}": 0x7F + count for count in range(1, 17)},
    **{f"SWAP{count}": 0x8F + count for count in range(1, 17)},
    "LOG3": 0xA3,
    "RETURN": 0xF3,
    "STATICCALL": 0xFA,
    "REVERT": 0xFD,
}
_JUMPDEST, _PUSH0, _PUSH1, _PUSH2 = 0x5B, 0x5F, 0x60, 0x61


def assembled(source: str) -> bytes:
    """The bytes of a program.

    Words are opcodes; ``PUSH n`` takes a number in as few bytes as it needs, ``PUSH @name`` the place of ``name:``;
    everything from ``;`` to the end of a line is a remark.
    """
    code, places, jumps = bytearray(), dict[str, int](), dict[int, str]()
    words = iter([word for line in source.splitlines() for word in line.partition(";")[0].split()])
    for word in words:
        if word.endswith(":"):
            places[word[:-1]] = len(code)
            code.append(_JUMPDEST)
        elif word == "PUSH":
            operand = next(words)
            if operand.startswith("@"):
                jumps[len(code) + 1] = operand[1:]
                code += bytes((_PUSH2, 0, 0))
            else:
                code += _pushed(int(operand, 0))
        else:
            code.append(_OPCODES[word])
    for at, name in jumps.items():
        code[at : at + 2] = places[name].to_bytes(2, "big")
    return bytes(code)


def _pushed(number: int) -> bytes:
    size = (number.bit_length() + 7) // 8
    return bytes((_PUSH0,)) if size == 0 else bytes((_PUSH1 + size - 1,)) + number.to_bytes(size, "big")


def deploying(runtime: bytes, storage: dict[int, int] | None = None) -> bytes:
    """Code that sets storage, and leaves ``runtime`` behind as the contract."""
    setting = "".join(f"PUSH {value} PUSH {slot} SSTORE\n" for slot, value in (storage or {}).items())

    def code(begin: int) -> bytes:
        copying = f"PUSH {len(runtime)} PUSH {begin} PUSH 0 CODECOPY PUSH {len(runtime)} PUSH 0 RETURN"
        return assembled(setting + copying)

    # The length of what goes before is part of it; it settles after some rounds.
    begin = 0
    while len(code(begin)) != begin:
        begin = len(code(begin))
    return code(begin) + runtime
