import Bus
import HTTPClient
import TestKit
import Testing
import Threading

@testable import LLM

/// Calls that go from one provider to the next, over real connections.
@Suite(.timeLimit(.minutes(1))) struct ModelRouterTests {
    /// Two providers, and a router that knows them.
    private final class Bench: Sendable {
        let first: LoopbackHTTPServer
        let second: LoopbackHTTPServer
        let router: ModelRouter
        private let transport: CurlTransport
        private let taken = Mutex<[CompletionPiece]>([])

        init(
            _ stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
            first: @escaping @Sendable (LoopbackHTTPServer.Request) -> LoopbackReply,
            second: @escaping @Sendable (LoopbackHTTPServer.Request) -> LoopbackReply
        ) throws {
            let servers = (try LoopbackHTTPServer(first), try LoopbackHTTPServer(second))
            (self.first, self.second) = servers
            var config = HTTPClientConfig()
            config.allowedHosts = [servers.0.authority, servers.1.authority]
            let transport = try CurlTransport(config: config)
            self.transport = transport
            let providers = [("first", servers.0), ("second", servers.1)].map { name, server in
                ModelProvider(
                    name: name,
                    wire: .chat,
                    base: server.url("/v1"),
                    key: nil,
                    transport: transport,
                    now: { Timestamp(seconds: 7) }
                )
            }
            let plan = ModelRouter.Plan(providers: providers, catalogue: ModelCatalogue(models: [], orders: [:]))
            router = ModelRouter(plan, stopwatch: stopwatch, seed: 1)
        }

        static let targets = ["first", "second"].map { ModelTarget(provider: $0, model: "m") }

        func ask(_ change: (inout ChainRun.Settings) -> Void = { _ in }) async -> ChainRun.Outcome {
            let rungs = Bench.targets.map { ModelRung([ModelRung.Member($0)]) }
            let request = ModelRequest([ModelMessage(.user, "Hi")], outputTokensMax: 10)
            return await router.answer(request, for: .chat, from: rungs) { settings in
                settings.repeatsMax = 0
                change(&settings)
            } _: { pieces, _ in
                self.taken.withLock { $0 += pieces }
            }.outcome
        }

        var text: String { Completion(taken.withLock { $0 }).text }

        func stop() async {
            await transport.shutdown()
            first.stop()
            second.stop()
        }
    }

    private static func chunk(_ text: String, _ finish: String = "null") -> String {
        #"{"choices":[{"index":0,"delta":{"content":"\#(text)"},"finish_reason":\#(finish)}]}"#
    }

    private static let good = LoopbackReply.serverSentEvents([chunk("Hel"), chunk("lo", #""stop""#), "[DONE]"])
    /// The head and the first piece.
    private static let begun = Array(LoopbackReply.serverSentEvents([chunk("Hel")]).steps.prefix(2))

    @Test func `the first that answers is heard, and the client does not notice those before`() async throws {
        let bench = try Bench(first: { _ in .status(503) }, second: { _ in Self.good })
        guard case .complete(let end, let by) = await bench.ask() else {
            Issue.record("it is not complete")
            return
        }
        #expect(end.finish == .stop && by.map(\.target) == [Bench.targets[1]] && bench.text == "Hello")
        #expect(bench.router.standing(of: Bench.targets[0]).failed == 1)
        #expect(bench.router.standing(of: Bench.targets[1]).inFlight == 0)
        await bench.stop()
    }

    @Test func `an answer that breaks off is told as one, or gone on with where that is allowed`() async throws {
        let cut = LoopbackReply(Self.begun + [.close])
        let bench = try Bench(first: { _ in cut }, second: { _ in Self.good })
        guard case .brokenOff(let failure, let by) = await bench.ask() else {
            Issue.record("it is called complete")
            return
        }
        #expect(failure.kind == .truncated && by.map(\.target) == [Bench.targets[0]] && bench.text == "Hel")
        await bench.stop()

        let other = try Bench(
            first: { _ in cut },
            second: { request in
                // It is told what was said.
                request.text.contains(#""content":"Hel""#)
                    ? .serverSentEvents([Self.chunk("lo", #""stop""#)]) : .status(400)
            }
        )
        guard case .complete(_, let both) = await other.ask({ $0.allowsContinuation = true }) else {
            Issue.record("it is not complete")
            return
        }
        #expect(both.map(\.target) == Bench.targets && other.text == "Hello")
        await other.stop()
    }

    @Test func `nobody waits longer than the clocks say`() async throws {
        let clock = ManualClock()
        let silent = try Bench(
            Stopwatch(clock),
            first: { _ in LoopbackReply([.waitForClose]) },
            second: { _ in Self.good }
        )
        async let answer = silent.ask { ($0.firstContent, $0.gap) = (.seconds(5), .seconds(5)) }
        await clock.waitForSleepers(1)
        _ = await silent.first.event { $0.kind == .requested(path: "/v1/chat/completions") }
        clock.advance(by: .seconds(5))
        guard case .complete(_, let by) = await answer else {
            Issue.record("nobody has answered")
            return
        }
        #expect(by.map(\.target) == [Bench.targets[1]] && silent.text == "Hello")
        // It was hung up on.
        _ = await silent.first.event { $0.kind == .closedByClient }
        await silent.stop()

        let other = ManualClock()
        let stalled = try Bench(
            Stopwatch(other),
            first: { _ in LoopbackReply(Self.begun + [.waitForClose]) },
            second: { _ in Self.good }
        )
        async let broken = stalled.ask { ($0.firstContent, $0.gap) = (.seconds(60), .seconds(3)) }
        while stalled.text.isEmpty { await Task.yield() }
        await other.waitForSleepers(1)
        other.advance(by: .seconds(3))
        guard case .brokenOff(let failure, _) = await broken else {
            Issue.record("it is called something else")
            return
        }
        #expect(failure.kind == .timedOut && stalled.text == "Hel")
        _ = await stalled.first.event { $0.kind == .closedByClient }
        await stalled.stop()
    }

    @Test func `one that is slower than usual is hung up on when another has spoken`() async throws {
        let clock = ManualClock()
        let isSilent = Mutex(false)
        let bench = try Bench(
            Stopwatch(clock),
            first: { _ in isSilent.withLock { $0 } ? LoopbackReply([.waitForClose]) : Self.good },
            second: { _ in Self.good }
        )
        for _ in 0..<20 { _ = await bench.ask { $0.hedgeQuantile = 0.9 } }
        #expect(bench.second.requests.isEmpty)
        isSilent.withLock { $0 = true }
        async let answer = bench.ask { $0.hedgeQuantile = 0.9 }
        // On this watch every answer so far has come at once.
        guard case .complete(_, let by) = await answer else {
            Issue.record("nobody has answered")
            return
        }
        #expect(by.map(\.target) == [Bench.targets[1]])
        _ = await bench.first.event { $0.kind == .closedByClient }
        #expect(bench.router.standing(of: Bench.targets[0]).inFlight == 0)
        await bench.stop()
    }

    @Test func `who gives a call up leaves no connection behind`() async throws {
        let bench = try Bench(first: { _ in LoopbackReply(Self.begun + [.waitForClose]) }, second: { _ in Self.good })
        let outcome = await withTaskGroup(of: ChainRun.Outcome.self) { group in
            group.addTask { await bench.ask() }
            while bench.text.isEmpty { await Task.yield() }
            group.cancelAll()
            return await group.next()
        }
        guard case .brokenOff(let failure, _)? = outcome else {
            Issue.record("it is called something else")
            return
        }
        #expect(failure.kind == .cancelled)
        _ = await bench.first.event { $0.kind == .closedByClient }
        let standing = bench.router.standing(of: Bench.targets[0])
        #expect(standing.failed == 0 && standing.inFlight == 0)
        #expect(bench.second.requests.isEmpty)
        await bench.stop()
    }

    @Test func `nobody is said to be nobody, with what each has said`() async throws {
        let bench = try Bench(
            first: { _ in .json(#"{"error":{"type":"insufficient_quota"}}"#, status: 429) },
            second: { _ in .status(500) }
        )
        guard case .nobody(let attempts) = await bench.ask() else {
            Issue.record("somebody is said to have answered")
            return
        }
        let kinds = attempts.map { attempt in
            if case .failed(let failure) = attempt.reason { failure.kind } else { ModelFailure.Kind.cancelled }
        }
        #expect(kinds == [.outOfMoney, .serverError] && bench.text.isEmpty)
        // Whose money is gone is not asked again.
        _ = await bench.ask()
        #expect(bench.first.requests.count == 1 && bench.second.requests.count == 2)
        await bench.stop()
    }
}
