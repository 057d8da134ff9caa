import Bus
import HTTPClient
import TestKit
import Testing
import Threading

@testable import LLM

/// What is known of targets: who is left alone, for how long, and who is tried again.
@Suite(.timeLimit(.minutes(1))) struct TargetBoardTests {
    private static let target = ModelTarget(provider: "xai", model: "grok")
    private static let twin = ModelTarget(provider: "xai", model: "grok-small")

    private func fail(_ board: inout TargetBoard, _ kind: ModelFailure.Kind, _ count: Int, at now: Duration) {
        for _ in 0..<count {
            guard case .ask = board.admit(Self.target, at: now) else { return }
            board.recordFailure(Self.target, ModelFailure(kind), at: now)
        }
    }

    @Test func `an opening and a closing are told once`() {
        var board = TargetBoard(seed: 1)
        fail(&board, .unreachable, 2, at: .zero)
        #expect(board.takeChanges().isEmpty)
        fail(&board, .unreachable, 1, at: .zero)
        guard case .opened(Self.target, _, let failure)? = board.takeChanges().first else {
            Issue.record("nothing was told")
            return
        }
        #expect(failure.kind == .unreachable && board.takeChanges().isEmpty)
        // A trial that fails is no news; one that gets content is.
        fail(&board, .unreachable, 1, at: .seconds(10))
        #expect(board.takeChanges().isEmpty)
        #expect(board.admit(Self.target, at: .seconds(100)) == .ask)
        board.recordContent(Self.target, after: .seconds(1))
        #expect(board.takeChanges() == [.closed(Self.target)])
    }

    @Test func `only who could not be reached is looked at, and tried again at once when it is back`() {
        var board = TargetBoard(seed: 1)
        fail(&board, .unreachable, 3, at: .zero)
        #expect(board.illProviders == ["xai"])
        guard case .skip(.broken) = board.admit(Self.target, at: .seconds(1)) else {
            Issue.record("it is asked")
            return
        }
        board.recover("xai", at: .seconds(1))
        #expect(board.admit(Self.target, at: .seconds(1)) == .ask)
        var broke = TargetBoard(seed: 1)
        fail(&broke, .outOfMoney, 1, at: .zero)
        #expect(broke.illProviders.isEmpty && broke.shutProviders(at: .seconds(1)) == ["xai"])
        // None of its models is asked.
        guard case .skip(.broken) = broke.admit(Self.twin, at: .seconds(1)) else {
            Issue.record("its twin is asked")
            return
        }
        #expect(broke.shutProviders(at: .seconds(3601)).isEmpty)
    }

    @Test func `a drained provider is asked by nobody until it is put back`() {
        var board = TargetBoard(seed: 1)
        board.drain("xai", true)
        #expect(board.admit(Self.target, at: .zero) == .skip(.drained))
        board.drain("xai", false)
        #expect(board.admit(Self.target, at: .zero) == .ask)
    }

    @Test func `a model that is too small for a request is not asked, unless all are`() {
        let models = [("small", 100), ("large", 1000)].map { name, tokens in
            var model = ModelCatalogue.Model(name: name, target: ModelTarget(provider: "p", model: name))
            model.contextTokens = tokens
            return model
        }
        let rungs = models.map { ModelRung([ModelRung.Member($0.target)]) }
        let catalogue = ModelCatalogue(models: models, orders: [.chat: rungs])
        #expect(catalogue.holding(99, of: rungs) == rungs)
        #expect(catalogue.holding(100, of: rungs) == [rungs[1]])
        #expect(catalogue.holding(1000, of: rungs) == rungs)
    }

    @Test func `a provider that comes back is found by looking, without a call`() async throws {
        // It answers the list of its models; its address is dead at first.
        let port = try LoopbackHTTPServer { _ in .status(200) }
        let dead = port.authority
        port.stop()
        var config = HTTPClientConfig()
        config.allowedHosts = [dead]
        let transport = try CurlTransport(config: config)
        let switched = SwitchedTransport(transport)
        let provider = ModelProvider(
            name: "xai",
            wire: .chat,
            base: "http://\(dead)/v1",
            key: nil,
            transport: switched,
            now: { Timestamp(seconds: 7) }
        )
        let clock = ManualClock()
        let rungs = [ModelRung([ModelRung.Member(Self.target)])]
        let plan = ModelRouter.Plan(
            providers: [provider],
            catalogue: ModelCatalogue(models: [], orders: [.chat: rungs])
        )
        let router = ModelRouter(plan, stopwatch: Stopwatch(clock), seed: 1)
        let request = ModelRequest([ModelMessage(.user, "Hi")], outputTokensMax: 10)
        for _ in 0..<3 {
            let report = await router.answer(request, for: .chat) {
                $0.repeatsMax = 0
            } _: { _, _ in
            }
            #expect(report.failure?.kind == .unreachable)
        }
        await router.lookForRecovered()
        let skipped = await router.answer(request, for: .chat) {
            $0.repeatsMax = 0
        } _: { _, _ in
        }
        #expect(skipped.attempts.map(\.target) == [Self.target] && router.standing(of: Self.target).asked == 3)
        switched.isUp.store(true, ordering: .releasing)
        await router.lookForRecovered()
        _ = await router.answer(request, for: .chat) {
            $0.repeatsMax = 0
        } _: { _, _ in
        }
        // No time has passed, and it is asked all the same.
        #expect(router.standing(of: Self.target).asked == 4)
        await transport.shutdown()
    }
}

/// A network that can be mended: with it, the list of models is answered.
private final class SwitchedTransport: HTTPTransport {
    let isUp = Atomic(false)
    private let transport: CurlTransport

    init(_ transport: CurlTransport) { self.transport = transport }

    func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        guard isUp.load(ordering: .acquiring) else { return try await transport.send(request) }
        return HTTPResponse(status: 200, headers: [:], body: Array(#"{"data":[{"id":"grok"}]}"#.utf8))
    }

    func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
        try await transport.stream(request)
    }
}
