import Bus
import Domain
import Identity
import Store
import TestKit
import Testing

extension IdentityContract {
    static let wallets = [
        Check(name: "a wallet is linked by signing the challenge") { contract in
            let bench = try await contract.open { $0.domain = "station.example" }
            let desk = try await bench.anotherDesk(verifiers: [PlainWallet()])
            let ann = try await bench.member()
            let challenge = try await desk.challenge(.ethereum, address: PlainWallet.mixed, for: ann)
            #expect(challenge.address == PlainWallet.address)
            #expect(challenge.expiresAt == bench.time.now.advanced(by: .seconds(300)))
            for part in ["station.example", PlainWallet.address, "Nonce: ", "\(bench.time.now)"] {
                #expect(challenge.message.contains(part))
            }
            let link = try await desk.linkWallet(
                challenge.id,
                signature: PlainWallet.sign(challenge.message),
                for: ann,
                from: IdentityBench.origin
            )
            #expect(link.address == PlainWallet.address && link.chain == .ethereum)
            #expect(try await desk.wallets(of: ann.userID) == [link])
            #expect(try await bench.audited().last == "wallet.link done")
            try await desk.unlinkWallet(link.id, of: ann, from: IdentityBench.origin)
            #expect(try await desk.wallets(of: ann.userID).isEmpty)
            await bench.store.close()
        },
        Check(name: "a challenge is good once, for its owner, for five minutes") { contract in
            let bench = try await contract.open()
            let desk = try await bench.anotherDesk(verifiers: [PlainWallet()])
            let ann = try await bench.member()
            let eve = try await bench.member("eve")
            func link(_ challenge: WalletChallenge, _ who: Principal, _ signature: String? = nil) async throws {
                _ = try await desk.linkWallet(
                    challenge.id,
                    signature: signature ?? PlainWallet.sign(challenge.message),
                    for: who,
                    from: IdentityBench.origin
                )
            }
            let challenge = try await desk.challenge(.ethereum, address: PlainWallet.address, for: ann)
            #expect(await refusal { try await link(challenge, eve) } == .notFound)
            try await link(challenge, ann)
            #expect(await refusal { try await link(challenge, ann) } == .notFound)
            // A signature of another challenge is none for this one, which is used up all the same.
            let second = try await desk.challenge(.ethereum, address: PlainWallet.address, for: ann)
            let replayed = PlainWallet.sign(challenge.message)
            #expect(await refused { try await link(second, ann, replayed) }?.field == "signature")
            #expect(await refusal { try await link(second, ann) } == .notFound)
            let third = try await desk.challenge(.ethereum, address: PlainWallet.address, for: ann)
            bench.time.advance(by: .seconds(300))
            #expect(await refusal { try await link(third, ann) } == .notFound)
            await bench.store.close()
        },
        Check(name: "of many with one signature exactly one links") { contract in
            let bench = try await contract.open()
            let desk = try await bench.anotherDesk(verifiers: [PlainWallet()])
            let ann = try await bench.member()
            let challenge = try await desk.challenge(.ethereum, address: PlainWallet.address, for: ann)
            let outcomes = await withTaskGroup(of: IdentityError.Code?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        await refusal {
                            _ = try await desk.linkWallet(
                                challenge.id,
                                signature: PlainWallet.sign(challenge.message),
                                for: ann,
                                from: IdentityBench.origin
                            )
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 1)
            #expect(outcomes.filter { $0 == .notFound }.count == 7)
            await bench.store.close()
        },
        Check(name: "a wallet belongs to one account") { contract in
            let bench = try await contract.open()
            let desk = try await bench.anotherDesk(verifiers: [PlainWallet()])
            let ann = try await bench.member()
            let eve = try await bench.member("eve")
            let link = try await PlainWallet.link(to: ann, desk)
            #expect(await refusal { _ = try await PlainWallet.link(to: eve, desk) } == .taken)
            let origin = IdentityBench.origin
            #expect(await refusal { try await desk.unlinkWallet(link.id, of: eve, from: origin) } == .notFound)
            await bench.store.close()
        },
        Check(name: "a chain that nobody can check is said to be unavailable before anybody signs") { contract in
            let bench = try await contract.open()
            let ann = try await bench.member()
            let address = "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"
            let failure = await refused {
                _ = try await bench.desk.challenge(.solana, address: address, for: ann)
            }
            #expect(failure?.code == .unavailable && failure?.message.contains("solana") == true)
            let desk = try await bench.anotherDesk(verifiers: [PlainWallet()])
            #expect(
                await refused { _ = try await desk.challenge(.ethereum, address: "solana", for: ann) }?.field
                    == "address"
            )
            #expect(try await bench.store.query("SELECT count(*) FROM wallet_challenge")[0][0].int == 0)
            await bench.store.close()
        },
        Check(name: "where nobody can say whether a signature is good, the challenge stays") { contract in
            let bench = try await contract.open()
            let desk = try await bench.anotherDesk(verifiers: [PlainWallet()])
            let ann = try await bench.member()
            let challenge = try await desk.challenge(.ethereum, address: PlainWallet.address, for: ann)
            func link(_ signature: String) async throws {
                _ = try await desk.linkWallet(
                    challenge.id,
                    signature: signature,
                    for: ann,
                    from: IdentityBench.origin
                )
            }
            #expect(await refusal { try await link("nobody knows") } == .unavailable)
            try await link(PlainWallet.sign(challenge.message))
            #expect(try await desk.wallets(of: ann.userID).count == 1)
            await bench.store.close()
        },
        Check(name: "challenges that wait are bounded") { contract in
            let bench = try await contract.open { $0.challengesMax = 2 }
            let desk = try await bench.anotherDesk(verifiers: [PlainWallet()])
            let ann = try await bench.member()
            func challenge() async throws {
                _ = try await desk.challenge(.ethereum, address: PlainWallet.address, for: ann)
            }
            try await challenge()
            try await challenge()
            #expect(await refusal { try await challenge() } == .tooMany)
            bench.time.advance(by: .seconds(300))
            try await challenge()
            await bench.store.close()
        },
    ]
}

/// A wallet whose signature anybody can make: it only has to be of this text.
struct PlainWallet: WalletVerifying {
    static let address = "0x52908400098527886e0f7030069857d2e4169ee7"
    static let mixed = "0x52908400098527886E0F7030069857D2E4169EE7"

    static func sign(_ message: String) -> String {
        "signed \(message.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) })"
    }

    static func link(to who: Principal, _ desk: IdentityDesk) async throws -> WalletLink {
        let challenge = try await desk.challenge(.ethereum, address: address, for: who)
        let signature = sign(challenge.message)
        return try await desk.linkWallet(challenge.id, signature: signature, for: who, from: IdentityBench.origin)
    }

    var chain: WalletChain { .ethereum }
    func canonical(_ address: String) -> String? { address.hasPrefix("0x") ? address.lowercased() : nil }
    func message(_ parts: WalletChallenge.Parts) -> String? {
        "\(parts.domain) asks \(parts.address). Nonce: \(parts.nonce) at \(parts.issuedAt) until \(parts.expiresAt)"
    }
    func verdict(
        on message: String,
        by address: String,
        signature: String,
        form: String
    ) async -> WalletSignatureVerdict {
        if signature == "nobody knows" { return .unknown("its chain does not answer") }
        return address == Self.address && signature == Self.sign(message) && form == "plain"
            ? .signed : .refused("it is another's")
    }
}
