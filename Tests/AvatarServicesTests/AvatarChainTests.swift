import AvatarServices
import Bus
import Testing
import Threading

/// Who gets an order.
struct AvatarChainTests {
    /// Takes orders, or fails in one way.
    private struct FixedProvider: AvatarProvider {
        let name: String
        var failure: AvatarError?
        var reason: AvatarError?
        let scenesMax = 1
        let price: AvatarPrice? = nil
        let repeatableFor: Duration? = nil

        func unavailability() -> AvatarError? { reason }

        func submit(_ order: AvatarOrder) async throws(AvatarError) -> AvatarSubmission {
            if let failure { throw failure }
            return AvatarSubmission(provider: name, id: "film")
        }

        func status(_ id: String) async throws(AvatarError) -> AvatarProgress { .waiting }
        func find(_ order: UUIDv7) async throws(AvatarError) -> AvatarFinding { .absent }
        func cancel(_ id: String) async throws(AvatarError) {}
        func quota() async throws(AvatarError) -> AvatarQuota { AvatarQuota(left: nil, unit: .credits) }
    }

    private final class Asked: Sendable {
        private let state = Mutex<[String]>([])
        var names: [String] { state.withLock { $0 } }
        func add(_ name: String) { state.withLock { $0.append(name) } }
    }

    private func submit(
        _ chain: AvatarChain,
        mayPayTwice: Bool = false
    ) async throws -> (taken: AvatarSubmission?, failure: AvatarUnavailable?, asked: [String]) {
        let order = try order()
        let asked = Asked()
        do throws(AvatarUnavailable) {
            let taken = try await chain.submit(order, mayPayTwice: mayPayTwice) { asked.add($0) }
            return (taken, nil, asked.names)
        } catch {
            return (nil, error, asked.names)
        }
    }

    @Test func `the first that can takes it`() async throws {
        let chain = AvatarChain([
            FixedProvider(name: "off", reason: AvatarError(.notSetUp, "off: no key is set")),
            FixedProvider(name: "poor", failure: AvatarError(.outOfCredit, "poor: there is no money left")),
            FixedProvider(name: "good"), FixedProvider(name: "other"),
        ])
        let (taken, failure, asked) = try await submit(chain)
        #expect(taken == AvatarSubmission(provider: "good", id: "film") && failure == nil)
        #expect(asked == ["poor", "good"])
        #expect(chain.unavailable.map(\.provider) == ["off"])
        #expect(chain.provider(named: "good")?.name == "good" && chain.provider(named: "none") == nil)
    }

    @Test func `when nobody takes it all reasons are told`() async throws {
        let chain = AvatarChain([
            FixedProvider(name: "off", reason: AvatarError(.notSetUp, "off: no key is set")),
            FixedProvider(name: "bad", failure: AvatarError(.unavailable, "bad: it is in trouble (500)")),
        ])
        let (_, failure, asked) = try await submit(chain)
        #expect(failure?.reasons.map(\.provider) == ["off", "bad"] && failure?.uncertain == nil && asked == ["bad"])
        #expect(failure?.description == "off: no key is set; bad: it is in trouble (500)")
        let (_, nobody, _) = try await submit(AvatarChain([]))
        #expect(nobody?.description == "no service for avatars is set up" && nobody?.isCancelled == false)
    }

    @Test func `an order that may have been taken is given to nobody else`() async throws {
        let lost = AvatarError(.unknownOutcome, "lost: total_timeout", mayHaveBeenTaken: true)
        let chain = AvatarChain([FixedProvider(name: "lost", failure: lost), FixedProvider(name: "good")])
        let (taken, failure, asked) = try await submit(chain)
        #expect(taken == nil && failure?.uncertain == "lost" && asked == ["lost"])
        #expect(failure?.description == "lost: total_timeout; lost may have taken the order all the same")
        let (paid, _, both) = try await submit(chain, mayPayTwice: true)
        #expect(paid?.provider == "good" && both == ["lost", "good"])
    }

    @Test func `it is told who may have it even when all were asked`() async throws {
        let lost = AvatarError(.malformed, "lost: the answer is no JSON", mayHaveBeenTaken: true)
        let chain = AvatarChain([
            FixedProvider(name: "lost", failure: lost),
            FixedProvider(name: "poor", failure: AvatarError(.outOfCredit, "poor: there is no money left")),
        ])
        let (_, failure, _) = try await submit(chain, mayPayTwice: true)
        #expect(failure?.uncertain == "lost" && failure?.reasons.count == 2)
    }

    @Test func `who gives up asks nobody else`() async throws {
        let chain = AvatarChain([
            FixedProvider(name: "first", failure: AvatarError(.cancelled, "first: cancelled")),
            FixedProvider(name: "good"),
        ])
        let (_, failure, asked) = try await submit(chain, mayPayTwice: true)
        #expect(failure?.isCancelled == true && failure?.uncertain == nil && asked == ["first"])
    }

    @Test(arguments: [
        (AvatarError(.refused, ""), false, AvatarChain.Verdict.askNext), (AvatarError(.skipped, ""), false, .askNext),
        (AvatarError(.invalidOrder, ""), false, .askNext), (AvatarError(.cancelled, ""), true, .stop),
        (AvatarError(.inProgress, "", mayHaveBeenTaken: true), false, .stop),
        (AvatarError(.unavailable, "", mayHaveBeenTaken: true), true, .askNext),
    ])
    func `what to do follows from the error`(_ error: AvatarError, _ mayPayTwice: Bool, _ verdict: AvatarChain.Verdict)
    {
        #expect(AvatarChain.verdict(error, mayPayTwice: mayPayTwice) == verdict)
    }
}
