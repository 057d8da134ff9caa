"""What people sign to log in: the two standard texts, and how a text is changed so that it must be refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SignIn:
    """The fields of a text; those that are empty are left out."""

    domain: str
    address: str
    nonce: str
    issued_at: str
    expires_at: str = ""
    statement: str = ""
    uri: str = ""
    version: str = "1"
    chain_id: str = ""
    not_before: str = ""
    request_id: str = ""
    resources: tuple[str, ...] = ()

    def siws(self) -> str:
        """Sign in with Solana."""
        head = f"{self.domain} wants you to sign in with your Solana account:\n{self.address}"
        fields = self._fields()
        return "\n\n".join([head, *([self.statement] if self.statement else []), *([fields] if fields else [])])

    def siwe(self) -> str:
        """Sign in with Ethereum (EIP-4361): without a statement there are two empty lines."""
        head = f"{self.domain} wants you to sign in with your Ethereum account:\n{self.address}\n"
        return f"{head}\n{self.statement + chr(10) if self.statement else ''}\n{self._fields()}"

    def _fields(self) -> str:
        rows = [
            ("URI", self.uri),
            ("Version", self.version),
            ("Chain ID", self.chain_id),
            ("Nonce", self.nonce),
            ("Issued At", self.issued_at),
            ("Expiration Time", self.expires_at),
            ("Not Before", self.not_before),
            ("Request ID", self.request_id),
        ]
        lines = [f"{name}: {value}" for name, value in rows if value]
        return "\n".join([*lines, *(["Resources:", *(f"- {one}" for one in self.resources)] if self.resources else [])])


def altered(text: str, other_address: str) -> dict[str, str]:
    """A text of either kind, changed in ways that a station must notice, by what was changed."""
    lines = text.split("\n")
    domain, wants, rest = lines[0].partition(" wants you")
    changed = {
        "another domain": "\n".join([f"evil.example{wants}{rest}", *lines[1:]]),
        "a domain that begins with ours": "\n".join([f"{domain}.evil.example{wants}{rest}", *lines[1:]]),
        "another address": "\n".join([lines[0], other_address, *lines[2:]]),
        "another nonce": _with_field(lines, "Nonce", "A1b2C3d4E5f6G7h8"),
        "without a nonce": _with_field(lines, "Nonce", None),
        "issued earlier": _with_field(lines, "Issued At", "2020-01-01T00:00:00Z"),
        "a later end": _with_field(lines, "Expiration Time", "2099-01-01T00:00:00Z"),
        "without an end": _with_field(lines, "Expiration Time", None),
        "another chain": _with_field(lines, "Chain ID", "devnet" if "Solana" in lines[0] else "5"),
        "a statement before the statement": "\n".join([*lines[:2], "", "I give everything away.", *lines[2:]]),
        "the first line twice": "\n".join([lines[0], *lines]),
        "a field twice": text + "\nNonce: A1b2C3d4E5f6G7h8",
        "lines of Windows": "\r\n".join(lines),
        "a line more": text + "\n",
        "a space more": text + " ",
        "nothing": "",
    }
    return {name: one for name, one in changed.items() if one != text}


def _with_field(lines: list[str], name: str, value: str | None) -> str:
    """With another value of a field, or without it."""
    told = [line for line in lines if value is not None or not line.startswith(f"{name}: ")]
    return "\n".join(f"{name}: {value}" if line.startswith(f"{name}: ") else line for line in told)
