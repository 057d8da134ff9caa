"""Wallet programs in a browser: what they put into pages is theirs, and they sign here, with real keys."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, field
from typing import Any

from chains import base58
from chains.wallets import EthereumWallet, Form, Signed, SolanaWallet
from pages.browser import Sight

#: What somebody who says no is told by every wallet program: of EIP-1193, and Solana's do the same.
REJECTED = 4001


class Manner(enum.Enum):
    """How a program treats who asks it."""

    HONEST = "it signs"
    REFUSES = "its owner says no"
    SHUT = "its owner does not even show it"
    OTHER_KEY = "it signs with another key"
    SWITCHES = "its owner changes the account before signing"
    HANGS = "it never answers"
    WAITS = "it signs once ``let_answer`` says so"
    EMPTY = "it answers with nothing"


class Kind(enum.Enum):
    """How a program makes itself known to a page, and its name there."""

    INJECTED = "Phantom"
    STANDARD = "Test Standard"
    ETHEREUM = "MetaMask"
    ANNOUNCED = "Test Announced"


@dataclass
class Program:
    """A wallet program that is the same in all pages that it was put into."""

    solana: SolanaWallet = field(default_factory=SolanaWallet)
    ethereum: EthereumWallet = field(default_factory=EthereumWallet)
    manner: Manner = Manner.HONEST
    form: Form = Form.PLAIN
    """What it signs of a text: a device behind it signs an envelope."""
    texts: list[str] = field(default_factory=list)
    """What it was asked to sign."""
    _next_solana: SolanaWallet = field(default_factory=SolanaWallet)
    _next_ethereum: EthereumWallet = field(default_factory=EthereumWallet)

    def put_into(self, sight: Sight, *kinds: Kind) -> Program:
        """Before a page is opened; from then on it is in every one."""
        sight.context.expose_binding("askTestWallet", lambda _, request: self._answer(json.loads(request)))
        sight.context.add_init_script(_PROVIDERS.replace("KINDS", json.dumps([kind.name for kind in kinds])))
        return self

    def let_answer(self, sight: Sight) -> None:
        """Its owner has thought about it."""
        sight.wait("the wallet program", "window.answerTestWallet !== undefined")
        sight.page.evaluate("window.answerTestWallet()")

    # What a page asks

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        work, chain = request["work"], request["chain"]
        if work == "connect":
            if self.manner is Manner.SHUT:
                return _no("User rejected the request.")
            return {"address": self._wallet(chain).address, "key": list(bytes(self.solana.pubkey))}
        text = bytes(request["bytes"]).decode()
        self.texts.append(text)
        if self.manner is Manner.HANGS:
            return {"hangs": True}
        if self.manner is Manner.REFUSES:
            return _no("User rejected the request.")
        if self.manner is Manner.EMPTY:
            return {"empty": True}
        return self._signed(text, chain)

    def _signed(self, text: str, chain: str) -> dict[str, Any]:
        waits = {"waits": True} if self.manner is Manner.WAITS else {}
        is_other = self.manner in (Manner.OTHER_KEY, Manner.SWITCHES)
        changed = {"now": self._next(chain).address} if self.manner is Manner.SWITCHES else waits
        if chain == "ethereum":
            signer = self._next_ethereum if is_other else self.ethereum
            return {"signature": "0x" + signer.sign(text).hex(), **changed}
        key = self._next_solana if is_other else self.solana
        signed = key.sign(text, self.form)
        return {"signature": list(signed.signature), "signed": list(signed.message), **changed}

    def _wallet(self, chain: str) -> SolanaWallet | EthereumWallet:
        return self.solana if chain == "solana" else self.ethereum

    def _next(self, chain: str) -> SolanaWallet | EthereumWallet:
        return self._next_solana if chain == "solana" else self._next_ethereum


def _no(message: str) -> dict[str, Any]:
    return {"error": {"code": REJECTED, "message": message}}


def by_hand(wallet: SolanaWallet | EthereumWallet, text: str, form: Form = Form.PLAIN) -> str:
    """A signature as somebody pastes it who has signed elsewhere."""
    if isinstance(wallet, EthereumWallet):
        return "0x" + wallet.sign(text).hex()
    signed: Signed = wallet.sign(text, form)
    return base58.encoded(signed.signature)


#: The objects that wallet programs put into pages. What they are asked is answered outside of the browser.
_PROVIDERS = """
(() => {
  const kinds = KINDS;
  const events = {};
  const on = (name, act) => { (events[name] ??= []).push(act); };
  const tell = (name, value) => { for (const act of events[name] ?? []) act(value); };

  const ask = async (request) => {
    const answer = await window.askTestWallet(JSON.stringify(request));
    if (answer.hangs) return new Promise(() => {});
    // Not an Error: what programs throw often is none.
    if (answer.waits) await new Promise((go) => { window.answerTestWallet = go; });
    if (answer.error) throw answer.error;
    return answer;
  };

  const key = (address) => ({ toString: () => address, toBase58: () => address });
  const injected = {
    isPhantom: true, publicKey: null, on,
    async connect() {
      const { address } = await ask({ work: "connect", chain: "solana" });
      injected.publicKey = key(address);
      return { publicKey: injected.publicKey };
    },
    async signMessage(bytes, encoding) {
      if (!(bytes instanceof Uint8Array) || encoding !== "utf8") throw new TypeError("not as this program wants it");
      const answer = await ask({ work: "sign", chain: "solana", bytes: [...bytes] });
      if (answer.now) {
        injected.publicKey = key(answer.now);
        tell("accountChanged", injected.publicKey);
      }
      if (answer.empty) return {};
      return { signature: new Uint8Array(answer.signature), publicKey: injected.publicKey };
    },
  };
  if (kinds.includes("INJECTED")) {
    window.solana = injected;
    window.phantom = { solana: injected };
  }

  const signOne = async ({ account, message }) => {
    if (!standard.accounts.includes(account)) throw new TypeError("an account that this program does not know");
    const answer = await ask({ work: "sign", chain: "solana", bytes: [...message] });
    return { signedMessage: new Uint8Array(answer.signed), signature: new Uint8Array(answer.signature) };
  };
  const standard = {
    version: "1.0.0", name: "Test Standard", chains: ["solana:mainnet"], accounts: [],
    icon: "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=",
    features: {
      "standard:connect": { version: "1.0.0", connect: async () => {
        const { address, key } = await ask({ work: "connect", chain: "solana" });
        standard.accounts = [
          { address, publicKey: new Uint8Array(key), chains: ["solana:mainnet"], features: ["solana:signMessage"] },
        ];
        return { accounts: standard.accounts };
      } },
      "standard:events": { version: "1.0.0", on },
      "solana:signMessage": { version: "1.1.0", signMessage: (...inputs) => Promise.all(inputs.map(signOne)) },
    },
  };
  if (kinds.includes("STANDARD")) {
    const register = (api) => api.register(standard);
    dispatchEvent(new CustomEvent("wallet-standard:register-wallet", { detail: register }));
    addEventListener("wallet-standard:app-ready", ({ detail }) => register(detail));
  }

  const hexadecimal = /^0x([0-9a-f]{2})*$/;
  const ethereum = (more) => ({
    ...more, on,
    async request({ method, params = [] }) {
      if (method === "eth_requestAccounts") return [(await ask({ work: "connect", chain: "ethereum" })).address];
      if (method !== "personal_sign") throw { code: 4200, message: `${method} is not known` };
      const [text] = params;
      if (!hexadecimal.test(text)) throw { code: -32602, message: "the text is not hexadecimal" };
      const bytes = text.slice(2).match(/../g).map((two) => parseInt(two, 16));
      const answer = await ask({ work: "sign", chain: "ethereum", bytes });
      if (answer.now) tell("accountsChanged", [answer.now]);
      return answer.empty ? null : answer.signature;
    },
  });
  if (kinds.includes("ETHEREUM")) window.ethereum = ethereum({ isMetaMask: true });
  if (kinds.includes("ANNOUNCED")) {
    const detail = Object.freeze({
      info: Object.freeze({
        uuid: "350670db-19fa-4704-a166-e52e178b59d2", name: "Test Announced", icon: standard.icon,
        rdns: "org.example.test",
      }),
      provider: ethereum({}),
    });
    const announce = () => dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
    addEventListener("eip6963:requestProvider", announce);
    announce();
  }
})();
"""
