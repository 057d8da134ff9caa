import Bus
import Chat
import Credits
import Domain
import LLM
import Store
import Telemetry
import TestKit
import Testing

@testable import Daemon

/// Prices of the settings, and what the store remembers of them.
@Suite struct ModelTariffTests {
    private static let target = ModelTarget(provider: "local", model: "m")

    private static func text(_ input: String, more: String = "") -> String {
        """
        [llm.models.one]
        provider = "local"
        model = "m"
        ledger = "groq"
        credits_input = \(input)
        credits_output = 4
        \(more)
        """
    }

    @Test func `a price of the settings is in force at once, and its rise known after a restart`() async throws {
        let folder = try TemporaryFolder()
        let fixture = try ConfigFixture()
        var database = SQLiteConfig(path: folder.path("store.db"))
        database.synchronous = .normal
        let time = ManualTime()
        let bus = try EventBus(types: EventCatalogue.all, now: { time.now })
        let store = try await SQLiteStore.open(database, bus: bus, now: { time.now })
        let metrics = MetricsRegistry()
        func prices(_ text: String) async throws -> ChatPrices {
            let config = try #require(try fixture.load(text).usable).configuration
            let desk = CreditDesk(store: store, settings: CreditSettings(config.credits), now: { time.now })
            return try await ModelTariff(credits: desk, metrics: metrics).prices(of: config)
        }
        let first = try await prices(Self.text("1"))
        #expect(first[Self.target]?.credits == CreditPrice(perInput: 1, perOutput: 4, minimum: 1))
        #expect(first[Self.target]?.source == .groq)
        time.advance(by: .seconds(3600))
        _ = try await prices(Self.text("1.5"))
        time.advance(by: .seconds(3600))
        let again = try await prices(Self.text("1.5"))
        #expect(again[Self.target]?.credits.perInputMilli == 1500)
        let noticed = again.forSubscriber(since: Timestamp(seconds: 0), notice: .seconds(86_400), at: time.now)
        #expect(noticed[Self.target]?.credits.perInputMilli == 1000)
        // The announcement names the days of the settings.
        let days = try await prices(Self.text("2", more: "[credits]\nprice_notice_days = 3"))
        #expect(days[Self.target]?.history?.earlier.count == 2)
        let events = try await store.read(.all, from: 0).events
        let told = try events.map { try EventCodec.decode(CreditPriceChanged.self, from: $0.payload) }
        #expect(told.map(\.new.input) == [1.5, 2] && told.map(\.name) == ["one", "one"])
        #expect(told.last.map { $0.appliesAt.duration(to: $0.subscribersAt) } == .seconds(3 * 86_400))
        #expect(told.first.map { $0.appliesAt.duration(to: $0.subscribersAt) } == .seconds(30 * 86_400))
        await store.close()
    }

    @Test func `of two names for one model the first gives its price, at every start`() async throws {
        let folder = try TemporaryFolder()
        let fixture = try ConfigFixture()
        let bus = try EventBus(types: EventCatalogue.all)
        let store = try await SQLiteStore.open(SQLiteConfig(path: folder.path("store.db")), bus: bus)
        let text = Self.text("1") + "\n[llm.models.another]\nprovider = \"local\"\nmodel = \"m\"\ncredits_input = 9\n"
        let config = try #require(try fixture.load(text).usable).configuration
        let desk = CreditDesk(store: store, settings: CreditSettings(config.credits), now: { .now })
        for _ in 0..<5 {
            let prices = try await ModelTariff(credits: desk, metrics: MetricsRegistry()).prices(of: config)
            #expect(prices[Self.target]?.credits.perInput == 9)
        }
        #expect(try await store.read(.all, from: 0).events.isEmpty)
        await store.close()
    }

    @Test func `the settings say what accounts get and what is worth a word`() throws {
        let fixture = try ConfigFixture()
        let standard = try #require(try fixture.load("").usable).configuration.credits
        #expect(CreditSettings(standard) == CreditSettings())
        let text = """
            [credits]
            pro_month = 1
            enterprise_month = 2
            low_below = 3
            large_charge = 4
            hour_max = 5
            """
        let settings = CreditSettings(try #require(try fixture.load(text).usable).configuration.credits)
        #expect(settings.months == [.pro: 1, .enterprise: 2])
        let review = settings.review
        #expect(review.lowBelow == 3 && review.largeAbove == 4 && review.hourMax == 5)
        let wrong = try fixture.load("[credits]\nprice_notice_days = 366\npro_month = -1\n")
        #expect(wrong.usable == nil && wrong.problems.count == 2)
    }
}
