"""Linking wallets of both chains: the text, its signatures in every form, contracts that are wallets, forgeries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chains.evm_chain import EVMChain
from chains.evm_contracts import BAD_WALLETS, erc1271
from chains.evm_node import EVMNode
from chains.faults import Fault
from chains.texts import SignIn, altered
from chains.wallets import EthereumWallet, Form, SolanaWallet, personal_hash, program_address, small_order_forgeries
from door.client import Answer, Credential
from harness import clock
from harness.bench import Bench
from harness.engines import Engine, both
from station import DOMAIN, Assembly, form_text, moment, shown, words

NAME = "wallets"
TITLE = (
    "challenges of both chains: good once, for five minutes, in all forms; forged, taken, late, bad contracts: refused"
)

CHAIN_ID = 31_337
STATEMENT = "Link this wallet to your account. Signing costs nothing and allows no payment."
REFUSED = "422 invalid_input (signature)"


def run(bench: Bench) -> None:
    for engine in both(bench):
        chain = EVMChain(CHAIN_ID)
        nodes = [EVMNode(chain) for _ in range(2)]
        for node in nodes:
            bench.on_close(node.close)
        config = "".join(
            f'[chains.ethereum.endpoints.ether-{number}]\nurl = "{node.address}/"\ncalls_per_second = 1000\n'
            for number, node in enumerate(nodes)
        )
        _one(bench, engine, chain, nodes, config)


def _one(bench: Bench, engine: Engine, chain: EVMChain, nodes: list[EVMNode], config: str) -> None:
    settings = {"chains.ethereum.chain_id": CHAIN_ID}
    place = Assembly(bench, engine, settings=settings, config=config).start()
    _texts(bench, place)
    _solana(bench, place)
    _ethereum(bench, place)
    _contracts(bench, place, chain, nodes)
    _once(bench, place)
    _late(bench, place)
    crashes = [crash for node in nodes for crash in node.crashes]
    bench.check(f"{place.name}mistakes of the Ethereum chain itself", "none", crashes[:1] or "none", not crashes)
    place.judge_faces()
    place.station.stop()


def _judge(bench: Bench, place: Assembly, what: str, wanted: str, seen: Mapping[str, str]) -> None:
    wrong = {name: said for name, said in seen.items() if said != wanted}
    bench.check(f"{place.name}{what} ({len(seen)})", wanted, wrong or f"{len(seen)} of {len(seen)}", not wrong)


def _texts(bench: Bench, place: Assembly) -> None:
    who = place.person()
    for wallet, chain, name in ((SolanaWallet(), "solana", "localnet"), (EthereumWallet(), "ethereum", str(CHAIN_ID))):
        made = place.challenge(who, chain, wallet.address)
        fields = dict(row.split(": ", 1) for row in made["message"].split("\n") if ": " in row)
        built = SignIn(
            DOMAIN,
            wallet.address,
            fields["Nonce"],
            fields["Issued At"],
            fields["Expiration Time"],
            STATEMENT,
            f"https://{DOMAIN}",
            chain_id=name,
        )
        text = built.siws() if chain == "solana" else built.siwe()
        seconds = moment(fields["Expiration Time"]) - moment(fields["Issued At"])
        bench.check(
            f"{place.name}the text of a challenge of {chain}",
            "the standard's, with our name, for five minutes",
            f"{'the same' if text == made['message'] else made['message']!r}, {seconds:.0f} s",
            text == made["message"]
            and seconds == 300
            and made["address"] == wallet.address
            and len(fields["Nonce"]) >= 16,
        )


def _fresh(place: Assembly, who: Credential, chain: str, address: str, signed: Any) -> Answer:
    """One challenge, and one answer to it: ``signed`` makes it of the text."""
    made = place.challenge(who, chain, address)
    return place.answer(who, made, signed(made["message"]))


def _solana(bench: Bench, place: Assembly) -> None:
    who = place.person()
    seen = {form.name: words(place.link(who, SolanaWallet(), form)) for form in Form}
    for name in ("with a compute budget", "of the first memo program"):
        wallet = SolanaWallet()
        seen[name] = words(
            _fresh(
                place,
                who,
                "solana",
                wallet.address,
                lambda text, wallet=wallet, name=name: shown(wallet.also_good(text)[name], Form.MEMO),
            )
        )
    _judge(bench, place, "forms of Solana, hardware wallets among them", "201", seen)
    wallet, bad = SolanaWallet(), place.person()
    blockhash = place.chain.blockhash()
    refused = {
        name: words(_fresh(place, bad, "solana", wallet.address, lambda text, name=name: shown(wallet.bad(text)[name])))
        for name in wallet.bad("x")
    }
    for name in wallet.bad_transactions("x", blockhash):
        if name not in ("a byte more", "cut"):
            # Those two are about the transaction around the message, which is not sent here.
            refused[name] = words(
                _fresh(
                    place,
                    bad,
                    "solana",
                    wallet.address,
                    lambda text, name=name: {
                        "signature": (signed := wallet.bad_transactions(text, blockhash)[name]).signature_base58,
                        "form": form_text(signed, Form.MEMO),
                    },
                )
            )
    template = place.challenge(bad, "solana", wallet.address)["message"]
    for name in altered(template, SolanaWallet().address):
        refused[f"text: {name}"] = words(
            _fresh(
                place,
                bad,
                "solana",
                wallet.address,
                lambda text, name=name: shown(wallet.sign(altered(text, place.whale.address)[name])),
            )
        )
    for name in small_order_forgeries("x"):
        address = small_order_forgeries("x")[name][0]
        refused[f"key: {name}"] = words(
            _fresh(place, bad, "solana", address, lambda text, name=name: shown(small_order_forgeries(text)[name][1]))
        )
    refused["an address that nobody signs for"] = words(
        _fresh(place, bad, "solana", program_address(), lambda text: shown(wallet.sign(text)))
    )
    _judge(bench, place, "forgeries of Solana", REFUSED, refused)
    listed = place.door.get("/api/wallets", bad).expect(200).json["wallets"]
    bench.check(f"{place.name}wallets of who forged", "none", len(listed), not listed)


def _ethereum(bench: Bench, place: Assembly) -> None:
    who = place.person()
    seen = {"v of 27 or 28": words(place.link(who, EthereumWallet()))}
    for name in ("v from 0",):
        wallet = EthereumWallet()
        seen[name] = words(
            _fresh(
                place,
                who,
                "ethereum",
                wallet.address,
                lambda text, wallet=wallet: {"signature": "0x" + wallet.also_good(text)[name].hex()},
            )
        )
    wallet = EthereumWallet()
    seen["an address in small letters"] = words(
        _fresh(
            place, who, "ethereum", wallet.address.lower(), lambda text: {"signature": "0x" + wallet.sign(text).hex()}
        )
    )
    _judge(bench, place, "forms of Ethereum", "201", seen)
    taken = place.challenge(who, "ethereum", wallet.address)
    again = place.answer(who, taken, {"signature": "0x" + wallet.sign(taken["message"]).hex()})
    bench.check(
        f"{place.name}the same wallet by its checksummed address",
        "409 conflict: one wallet",
        words(again),
        words(again) == "409 conflict",
    )
    bad, wallet = place.person(), EthereumWallet()
    refused = {
        name: words(
            _fresh(
                place,
                bad,
                "ethereum",
                wallet.address,
                lambda text, name=name: {"signature": "0x" + wallet.bad(text)[name].hex()},
            )
        )
        for name in wallet.bad("x")
    }
    template = place.challenge(bad, "ethereum", wallet.address)["message"]
    for name in altered(template, EthereumWallet().address):
        refused[f"text: {name}"] = words(
            _fresh(
                place,
                bad,
                "ethereum",
                wallet.address,
                lambda text, name=name: {
                    "signature": "0x" + wallet.sign(altered(text, EthereumWallet().address)[name]).hex()
                },
            )
        )
    refused["in base58"] = words(
        _fresh(place, bad, "ethereum", wallet.address, lambda text: shown(SolanaWallet().sign(text)))
    )
    refused["as a form of Solana"] = words(
        _fresh(
            place,
            bad,
            "ethereum",
            wallet.address,
            lambda text: {"signature": "0x" + wallet.sign(text).hex(), "form": "offchain"},
        )
    )
    _judge(bench, place, "forgeries of Ethereum", REFUSED, refused)
    asked = {
        address: words(place.door.post("/api/wallets/challenge", {"chain": chain, "address": address}, bad))
        for chain, address in (
            ("ethereum", "0x12"),
            ("ethereum", SolanaWallet().address),
            ("solana", wallet.address),
            ("solana", ""),
            ("ethereum", _miswritten(wallet.address)),
        )
    }
    _judge(bench, place, "challenges for what is no address", "422 invalid_input (address)", asked)


def _miswritten(address: str) -> str:
    """With the case of one letter turned, so that the checksum is wrong."""
    place = next(index for index, letter in enumerate(address) if index > 1 and letter.isalpha())
    return address[:place] + address[place].swapcase() + address[place + 1 :]


def _contracts(bench: Bench, place: Assembly, chain: EVMChain, nodes: list[EVMNode]) -> None:
    who, owner = place.person(), EthereumWallet()

    def by_owner(text: str) -> dict[str, str]:
        return {"signature": "0x" + owner.sign_hash(personal_hash(text)).hex()}

    good = "0x" + chain.deploy(erc1271(owner.address_bytes)).hex()
    stranger = "0x" + chain.deploy(erc1271(EthereumWallet().address_bytes)).hex()
    linked = _fresh(place, who, "ethereum", good, by_owner)
    bench.check(
        f"{place.name}a contract that is a wallet (ERC-1271), by its owner",
        "201",
        words(linked),
        linked.status == 201,
    )
    refused = {"of somebody else": words(_fresh(place, who, "ethereum", stranger, by_owner))}
    for name, code in BAD_WALLETS.items():
        address = "0x" + chain.deploy(code).hex()
        refused[name] = words(_fresh(place, who, "ethereum", address, by_owner))
    refused["no contract at all"] = words(_fresh(place, who, "ethereum", EthereumWallet().address, by_owner))
    _judge(bench, place, "contracts that refuse, revert, or say what means nothing", REFUSED, refused)
    # Whose code is a contract's by delegation (EIP-7702), signs as before.
    delegated = EthereumWallet()
    chain.send(delegated.address_bytes, value=10**18)
    chain.delegate(delegated.account, bytes.fromhex(good[2:]))
    own = place.link(who, delegated)
    bench.check(
        f"{place.name}a wallet that runs a contract's code (EIP-7702), by its own key",
        "201",
        words(own),
        own.status == 201,
    )
    other = "0x" + chain.deploy(erc1271(owner.address_bytes)).hex()
    for node in nodes:
        node.fail(Fault.refused(503))
    away = _fresh(place, who, "ethereum", other, by_owner)
    plain = place.link(who, EthereumWallet())
    for node in nodes:
        node.heal()
    bench.check(
        f"{place.name}a contract while no endpoint answers; and a wallet that needs none",
        "not linked, and not called a forgery: 503; 201",
        f"{words(away)}: {away.json.get('message')}; {words(plain)}",
        away.status == 503 and plain.status == 201,
    )


def _once(bench: Bench, place: Assembly) -> None:
    one, other, wallet = place.person(), place.person(), SolanaWallet()
    made = place.challenge(one, "solana", wallet.address)
    signed = shown(wallet.sign(made["message"]))
    seen = {
        "somebody else's": words(place.answer(other, made, signed)),
        "one's own": words(place.answer(one, made, signed)),
    }
    seen["once more"] = words(place.answer(one, made, signed))
    bench.check(
        f"{place.name}a challenge",
        "404 for others, good once, then 404",
        seen,
        seen == {"somebody else's": "404 not_found", "one's own": "201", "once more": "404 not_found"},
    )
    made = place.challenge(one, "solana", SolanaWallet().address)
    wrong, right = place.answer(one, made, signed), place.answer(one, made, signed)
    bench.check(
        f"{place.name}a challenge that was answered badly",
        f"{REFUSED}, and then it is over: 404",
        f"{words(wrong)}, {words(right)}",
        words(wrong) == REFUSED and words(right) == "404 not_found",
    )
    taken = place.link(other, wallet)
    own = place.link(one, wallet)
    bench.check(
        f"{place.name}a wallet that is somebody's",
        "409 conflict for others, and for its owner",
        f"{words(taken)}, {words(own)}",
        words(taken) == words(own) == "409 conflict",
    )
    row = next(
        row
        for row in place.door.get("/api/wallets", one).expect(200).json["wallets"]
        if row["address"] == wallet.address
    )
    foreign = place.door.ask("DELETE", f"/api/wallets/{row['id']}", other)
    gone = place.door.ask("DELETE", f"/api/wallets/{row['id']}", one)
    now_other = place.link(other, wallet)
    bench.check(
        f"{place.name}once its owner lets go of it",
        "404 for others, 204, then 201 for who shows that it is theirs",
        f"{words(foreign)}, {words(gone)}, {words(now_other)}",
        (foreign.status, gone.status, now_other.status) == (404, 204, 201),
    )
    many = [
        place.door.post("/api/wallets/challenge", {"chain": "solana", "address": wallet.address}, other)
        for _ in range(12)
    ]
    statuses = [answer.status for answer in many]
    bench.check(
        f"{place.name}12 challenges that nobody answers", "10, then 409", statuses, statuses == [201] * 10 + [409] * 2
    )


def _late(bench: Bench, place: Assembly) -> None:
    """Five minutes pass in a moment: by a daemon whose clock is ahead."""
    who, wallets = place.person(), [SolanaWallet() for _ in range(2)]
    challenges = [place.challenge(who, "solana", wallet.address) for wallet in wallets]
    signed = [shown(wallet.sign(made["message"])) for wallet, made in zip(wallets, challenges, strict=True)]
    place.restart(environment=clock.off_by(bench, 270))
    in_time = place.answer(who, challenges[0], signed[0])
    place.restart(environment=clock.off_by(bench, 301))
    late = place.answer(who, challenges[1], signed[1])
    bench.check(
        f"{place.name}answers after 270 s and after 301 s, with restarts between",
        "201; 404 not_found",
        f"{words(in_time)}; {words(late)}",
        in_time.status == 201 and words(late) == "404 not_found",
    )
