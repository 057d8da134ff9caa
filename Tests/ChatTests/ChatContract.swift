import Bus
import Chat
import Credits
import Domain
import HTTPClient
import LLM
import Logging
import Store
import TestKit
import Testing

/// What calls that people pay for have to do on every engine, as checks that an engine's own tests run one by one.
struct ChatContract: Sendable {
    typealias Open = @Sendable (_ bus: EventBus, _ now: @escaping @Sendable () -> Timestamp) async throws -> any Storage

    private let openEngine: Open

    /// - Parameter open: how to open the engine. Each check needs a database of its own.
    init(open: @escaping Open) { openEngine = open }

    struct Check: Sendable, CustomTestStringConvertible {
        let name: String
        /// How the first model answers; the second always answers well.
        let first: LoopbackReply
        let run: @Sendable (ChatBench) async throws -> Void
        var testDescription: String { name }
    }

    func run(_ check: Check) async throws {
        let bus = try EventBus(types: EventCatalogue.all)
        let bench = try ChatBench(store: try await openEngine(bus, { .now }), first: check.first)
        try await withThrowingTaskGroup { group in
            group.addTask { await bench.desk.work() }
            try await check.run(bench)
            group.cancelAll()
            try await group.waitForAll()
        }
        let wrong = try await bench.credits.accountsThatDoNotAddUp()
        #expect(wrong.isEmpty)
        await bench.stop()
    }

    static func chunk(_ text: String, _ finish: String = "null") -> String {
        #"{"choices":[{"index":0,"delta":{"content":"\#(text)"},"finish_reason":\#(finish)}]}"#
    }

    static let usage = #"{"choices":[],"usage":{"prompt_tokens":500,"completion_tokens":1000,"total_tokens":1500}}"#
    static let good = LoopbackReply.serverSentEvents([chunk("Hel"), chunk("lo", #""stop""#), usage, "[DONE]"])
    static let begun = Array(LoopbackReply.serverSentEvents([chunk("Hello there")]).steps.prefix(2))

    static let checks = [
        Check(name: "an answer is charged by what was used, and the rest of the hold given back", first: good) {
            bench in
            let user = try await bench.user(with: 100)
            let answer = try await bench.desk.ask(bench.request("r1", user))
            let (text, result) = await bench.read(answer)
            #expect(text == "Hello")
            // 500 at 1 and 1000 at 4 for a thousand each, and 1 for the call.
            #expect(result.charge?.credits == 6 && result.remaining == 94)
            let account = try await bench.credits.account(of: user)
            #expect(account.balance == 94 && account.held == 0)
            let entry = try await bench.credits.entries(of: user, limit: 1).first
            #expect(entry?.source == .grok && entry?.cause == "charge:r1")
            #expect(entry?.units == #"{"input_tokens":500,"output_tokens":1000}"#)
            #expect(bench.desk.openCount == 0)
            await #expect(throws: ChatError.alreadyUsed) { try await bench.desk.ask(bench.request("r1", user)) }
        },
        Check(name: "a call that costs nothing holds nothing, and leaves nothing in the ledger", first: good) { bench in
            let user = try await bench.user(with: 5)
            var request = bench.request("r1", user)
            request.rungs = [ChatBench.free]
            let (text, result) = await bench.read(try await bench.desk.ask(request))
            #expect(text == "Hello" && result.charge?.credits == 0 && result.remaining == 5)
            #expect(result.charge?.outputTokens == 1000)
            #expect(try await bench.credits.entries(of: user, limit: 10).count == 1)
            // Not even somebody without credits is refused.
            let poor = try await bench.user(with: 1)
            request = bench.request("r2", poor)
            request.rungs = [ChatBench.free]
            #expect(await bench.read(try await bench.desk.ask(request)).1.report.failure == nil)
        },
        Check(name: "a call that nobody answers costs nothing", first: .status(500)) { bench in
            let user = try await bench.user(with: 100)
            var request = bench.request("r1", user)
            request.rungs = [ChatBench.rungs[0]]
            let (text, result) = await bench.read(try await bench.desk.ask(request))
            #expect(text.isEmpty && result.charge == nil && result.report.contributions.isEmpty)
            let account = try await bench.credits.account(of: user)
            #expect(account.balance == 100 && account.held == 0)
        },
        Check(
            name: "an answer that breaks off is charged for what came of it",
            first: LoopbackReply(begun + [.close])
        ) { bench in
            let user = try await bench.user(with: 100)
            let (text, result) = await bench.read(try await bench.desk.ask(bench.request("r1", user)))
            #expect(text == "Hello there" && result.report.failure?.kind == .truncated)
            // Eleven bytes are three tokens.
            #expect(result.charge?.outputTokens == 3 && result.charge?.credits == 2)
            let account = try await bench.credits.account(of: user)
            #expect(account.balance == 98 && account.held == 0)
        },
        Check(
            name: "where the whole is wanted, half of one is thrown away and another asked",
            first: LoopbackReply(begun + [.close])
        ) { bench in
            let user = try await bench.user(with: 100)
            var request = bench.request("r1", user)
            request.isWhole = true
            let (text, result) = await bench.read(try await bench.desk.ask(request))
            #expect(text.isEmpty && result.report.content.text == "Hello")
            #expect(result.report.contributions.map(\.target.provider) == ["second"])
            // The second is dearer: 3 and 10, and 2 for the call; but no more is charged than was held.
            #expect(result.charge?.credits == 13 && result.remaining == 87)
        },
        Check(
            name: "whoever hangs up pays for what came, and the model is hung up on",
            first: LoopbackReply(begun + [.waitForClose])
        ) { bench in
            let user = try await bench.user(with: 100)
            let answer = try await bench.desk.ask(bench.request("r1", user))
            guard case .pieces = await answer.next() else {
                Issue.record("nothing has come")
                return
            }
            answer.abandon()
            _ = await bench.first.event { $0.kind == .closedByClient }
            let (_, result) = await bench.read(answer)
            #expect(result.report.failure?.kind == .cancelled && result.charge?.credits == 2)
            let account = try await bench.credits.account(of: user)
            #expect(account.balance == 98 && account.held == 0)
            let again = await answer.next()
            guard case .finished = again else {
                Issue.record("it goes on")
                return
            }
        },
        Check(name: "a call is refused beyond the balance, beyond the cap, and without a model", first: good) { bench in
            let poor = try await bench.user(with: 3)
            await #expect(throws: ChatError.insufficient(available: 3, required: 13)) {
                try await bench.desk.ask(bench.request("r1", poor))
            }
            let rich = try await bench.user(with: 10_000)
            var dear = bench.request("r2", rich)
            dear.model.outputTokensMax = 100_000
            await #expect(throws: ChatError.capExceeded(credits: 34, cap: 20)) { try await bench.desk.ask(dear) }
            var nobody = bench.request("r3", rich)
            nobody.rungs = []
            await #expect(throws: ChatError.noModel("no model is configured")) { try await bench.desk.ask(nobody) }
            let account = try await bench.credits.account(of: rich)
            #expect(account.held == 0 && bench.desk.openCount == 0)
        },
        Check(name: "a rise of prices reaches subscribers later, and everybody else at once", first: good) { bench in
            bench.raisePrices()
            let (free, pro) = (try await bench.user(with: 100), try await bench.user(with: 100))
            var request = bench.request("r1", free)
            request.rungs = [ChatBench.rungs[0]]
            // 500 at 2 and 1000 at 8 for a thousand each, and 1 for the call.
            let dear = await bench.read(try await bench.desk.ask(request)).1
            #expect(dear.charge?.credits == 10 && dear.remaining == 90)
            request = bench.request("r1", pro)
            request.rungs = [ChatBench.rungs[0]]
            request.isSubscriber = true
            // Those who came after the rise never knew another price.
            #expect(try bench.desk.estimate(request).credits == 10)
            let earlier = try await bench.user(with: 100, joined: Timestamp.now.advanced(by: .seconds(-7200)))
            request = bench.request("r1", earlier)
            request.rungs = [ChatBench.rungs[0]]
            #expect(try bench.desk.estimate(request).credits == 10)
            request.isSubscriber = true
            #expect(try bench.desk.estimate(request).credits == 6)
            let old = await bench.read(try await bench.desk.ask(request)).1
            #expect(old.charge?.credits == 6 && old.remaining == 94)
        },
        Check(name: "an account that is paused asks nothing", first: good) { bench in
            let user = try await bench.user(with: 100)
            var settings = bench.credits.settings
            settings.review.hourMax = 5
            bench.credits.replace(with: settings)
            let (_, result) = await bench.read(try await bench.desk.ask(bench.request("r1", user)))
            #expect(result.charge?.credits == 6)
            await #expect(throws: ChatError.spendingPaused) { try await bench.desk.ask(bench.request("r2", user)) }
            #expect(bench.desk.openCount == 0)
            let resumed = try await bench.credits.resume(user, by: "ann")
            #expect(resumed)
            let (_, again) = await bench.read(try await bench.desk.ask(bench.request("r2", user)))
            #expect(again.charge?.credits == 6)
        },
        Check(name: "of two hundred at once on a balance for thirty-seven, thirty-seven come in", first: good) {
            bench in
            let user = try await bench.user(with: 37 * 13 + 5)
            // Nobody is settled before all have asked.
            let answers = await withTaskGroup(of: ChatAnswer?.self) { group in
                for number in 0..<200 {
                    group.addTask { try? await bench.desk.ask(bench.request("r\(number)", user)) }
                }
                return await group.reduce(into: [ChatAnswer]()) { if let answer = $1 { $0.append(answer) } }
            }
            var charged: Int64 = 0
            for answer in answers { charged += await bench.read(answer).1.charge?.credits ?? 0 }
            #expect(answers.count >= 37)
            let account = try await bench.credits.account(of: user)
            #expect(account.held == 0 && account.balance == 37 * 13 + 5 - charged && account.balance >= 0)
            #expect(charged == 6 * Int64(answers.count))
        },
        Check(
            name: "the same question of the same person is answered once, and costs the least after that",
            first: good
        ) {
            bench in
            let (user, other) = (try await bench.user(with: 100), try await bench.user(with: 100))
            let first = await bench.read(try await bench.desk.ask(bench.reusable("r1", user))).1
            #expect(first.age == nil && first.charge?.credits == 6)
            let (text, again) = await bench.read(try await bench.desk.ask(bench.reusable("r2", user)))
            #expect(text == "Hello" && again.report.content.text == "Hello" && again.report.failure == nil)
            #expect(again.age != nil && again.charge?.credits == 1 && again.remaining == 93)
            #expect(again.report.costs.isEmpty && bench.first.requests.count == 1)
            // Neither another question nor another person gets it.
            let question = bench.reusable("r3", user, question: "another")
            #expect(await bench.read(try await bench.desk.ask(question)).1.age == nil)
            #expect(await bench.read(try await bench.desk.ask(bench.reusable("r4", other))).1.age == nil)
            // Nor does anybody who did not ask for that.
            #expect(await bench.read(try await bench.desk.ask(bench.request("r5", user))).1.age == nil)
            #expect(bench.first.requests.count == 4)
        },
        Check(
            name: "whoever waits for an answer that is not kept asks for themselves, and not one after the other",
            first: LoopbackReply.serverSentEvents([chunk("Hel"), chunk("lo", #""length""#), usage, "[DONE]"])
        ) { bench in
            let user = try await bench.user(with: 1000)
            let ages = try await withThrowingTaskGroup(of: Duration?.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        await bench.read(try await bench.desk.ask(bench.reusable("r\(number)", user))).1.age
                    }
                }
                return try await group.reduce(into: [Duration?]()) { $0.append($1) }
            }
            #expect(ages.allSatisfy { $0 == nil } && bench.first.requests.count == 10)
        },
        Check(name: "of many who ask the same at once one asks the model", first: good) { bench in
            let user = try await bench.user(with: 1000)
            let charges = try await withThrowingTaskGroup(of: Int64.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        await bench.read(try await bench.desk.ask(bench.reusable("r\(number)", user))).1.charge?.credits
                            ?? 0
                    }
                }
                return try await group.reduce(into: [Int64]()) { $0.append($1) }
            }
            #expect(charges.sorted() == Array(repeating: 1, count: 19) + [6] && bench.first.requests.count == 1)
        },
        Check(name: "an answer that is not whole is not given again", first: LoopbackReply(begun + [.close])) { bench in
            let user = try await bench.user(with: 1000)
            for number in 0..<2 {
                let (text, result) = await bench.read(try await bench.desk.ask(bench.reusable("r\(number)", user)))
                #expect(text == "Hello there" && result.report.failure != nil && result.age == nil)
            }
            #expect(bench.first.requests.count == 2)
        },
        Check(
            name: "whoever waits for another's answer may leave, and the other's failure is nobody else's",
            first: LoopbackReply(begun + [.waitForClose])
        ) { bench in
            let user = try await bench.user(with: 1000)
            let asking = try await bench.desk.ask(bench.reusable("r1", user))
            guard case .pieces = await asking.next() else {
                Issue.record("nothing has come")
                return
            }
            let leaving = try await bench.desk.ask(bench.reusable("r2", user))
            leaving.abandon()
            let left = await bench.read(leaving).1
            #expect(left.charge == nil && left.report.failure?.kind == .cancelled)
            #expect(bench.first.requests.count == 1)
            // When the one that asked gives up, the next one asks.
            let next = try await bench.desk.ask(bench.reusable("r3", user))
            asking.abandon()
            guard case .pieces = await next.next() else {
                Issue.record("nobody asks")
                return
            }
            next.abandon()
            _ = await (bench.read(asking), bench.read(next))
            #expect(bench.first.requests.count == 2)
            let standing = bench.desk.router.standing(of: ChatBench.rungs[0].members[0].target)
            #expect(standing.inFlight == 0)
        },
    ]
}

/// A desk, a store, and two models: a good one behind one that a check chooses.
final class ChatBench: Sendable {
    let store: any Storage
    let credits: CreditDesk
    let desk: ChatDesk
    let first: LoopbackHTTPServer
    let second: LoopbackHTTPServer
    private let transport: CurlTransport

    static let rungs = ["first", "second"].map {
        ModelRung([ModelRung.Member(ModelTarget(provider: $0, model: "m"))])
    }
    /// At the first provider, for nothing.
    static let free = ModelRung([ModelRung.Member(ModelTarget(provider: "first", model: "free"))])

    init(
        store: any Storage,
        first answer: LoopbackReply
    ) throws {
        self.store = store
        first = try LoopbackHTTPServer { _ in answer }
        second = try LoopbackHTTPServer { _ in ChatContract.good }
        var config = HTTPClientConfig()
        config.allowedHosts = [first.authority, second.authority]
        let transport = try CurlTransport(config: config)
        self.transport = transport
        let providers = [("first", first), ("second", second)].map { name, server in
            ModelProvider(
                name: name,
                wire: .chat,
                base: server.url("/v1"),
                key: nil,
                transport: transport,
                now: { .now }
            )
        }
        let models = [("first", "m"), ("second", "m"), ("first", "free")].map { provider, name in
            let target = ModelTarget(provider: provider, model: name)
            var model = ModelCatalogue.Model(name: "\(target)", target: target)
            model.outputTokensMax = provider == "first" ? 8192 : 2000
            return model
        }
        var plan = ModelRouter.Plan(
            providers: providers,
            catalogue: ModelCatalogue(models: models, orders: [.chat: ChatBench.rungs])
        )
        plan.chain.repeatsMax = 0
        var creditSettings = CreditSettings()
        creditSettings.welcome = 0
        credits = CreditDesk(store: store, settings: creditSettings, now: { .now })
        var settings = ChatDesk.Settings(
            prices: ChatPrices([
                models[0].target: .init(CreditPrice(perInput: 1, perOutput: 4, minimum: 1), source: .grok),
                models[1].target: .init(CreditPrice(perInput: 3, perOutput: 10, minimum: 2), source: .gpt),
                models[2].target: .init(CreditPrice(perInput: 0, perOutput: 0, minimum: 0), source: .local),
            ])
        )
        settings.priceCap = 20
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        desk = ChatDesk(router: ModelRouter(plan, seed: 1), credits: credits, settings: settings, logger: logger)
    }

    func request(_ id: String, _ user: UUIDv7) -> ChatRequest {
        ChatRequest(
            id: id,
            user: user,
            task: .chat,
            model: ModelRequest([ModelMessage(.user, "Hello?")], outputTokensMax: 1024)
        )
    }

    /// One whose answer may be given again.
    func reusable(_ id: String, _ user: UUIDv7, question: String = "hello") -> ChatRequest {
        var request = request(id, user)
        request.reuse = ChatReuse(.term, question: [question], lifetime: .seconds(3600))
        return request
    }

    /// All of an answer.
    func read(_ answer: ChatAnswer) async -> (String, ChatResult) {
        var completion = Completion()
        while true {
            switch await answer.next() {
            case .pieces(let pieces, _): for piece in pieces { completion.append(piece) }
            case .quiet: break
            case .finished(let result): return (completion.text, result)
            }
        }
    }

    /// An hour ago the first model became twice as dear.
    func raisePrices() {
        let now = Timestamp.now
        var history = PriceHistory(
            CreditPrice(perInput: 1, perOutput: 4, minimum: 1),
            since: now.advanced(by: .seconds(-86_400))
        )
        let price = CreditPrice(perInput: 2, perOutput: 8, minimum: 1)
        history.change(to: price, at: now.advanced(by: .seconds(-3600)))
        let target = ModelTarget(provider: "first", model: "m")
        var settings = ChatDesk.Settings(
            prices: ChatPrices([target: .init(price, source: .grok, history: history)])
        )
        settings.priceCap = 20
        desk.replace(with: settings)
    }

    func user(with credits: Int64, joined: Timestamp = .now) async throws -> UUIDv7 {
        var made = UUIDv7Generator()
        let user = made.next(at: joined)
        try await store.run(
            """
            INSERT INTO user_account (id, email, display_name, password_hash, role, tier, created_at, updated_at)
            VALUES (?1, ?2, 'Ann', 'none', 'client', 'free', 1, 1)
            """,
            [SQLValue(user), .text("\(user)@example.org")]
        )
        _ = try await self.credits.grant(credits, to: user, from: .topUp, cause: "test", reason: "test")
        return user
    }

    func stop() async {
        await transport.shutdown()
        first.stop()
        second.stop()
        await store.close()
    }
}
