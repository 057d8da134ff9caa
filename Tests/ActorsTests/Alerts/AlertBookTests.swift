import Actors
import Bus
import Domain
import Testing

@Suite struct AlertBookTests {
    /// A book, its rules, and the time.
    private struct Desk {
        var book = AlertBook()
        var rules = AlertThresholds().rules
        var settings = AlertBook.Settings()
        var now = Timestamp(seconds: 1_790_000_000)
        private var ids = UUIDv7Generator(seed: 1)

        /// What is told after `seconds` when something is measured.
        mutating func note(_ quantity: AlertQuantity, _ value: Double, after seconds: Double = 5) -> [String] {
            note([quantity: .value(value)], after: seconds)
        }

        mutating func note(_ readings: [AlertQuantity: AlertReading], after seconds: Double = 5) -> [String] {
            now = now.advanced(by: .seconds(seconds))
            let time = now
            var ids = ids
            let news = book.note(readings, under: rules, settings: settings, at: now) { ids.next(at: time) }
            self.ids = ids
            return news.map { "\($0.what.rawValue) \($0.alert.rule)" }
        }
    }

    /// Each quantity with the last value that is well, and the first that is not.
    private static let edges: [(AlertQuantity, Double, Double, String)] = [
        (.failingSeconds, 10, 10.01, "health-critical"), (.errorPercent, 5, 5.01, "errors-critical"),
        (.queueDepth, 500, 501, "queue-depth-critical"), (.signalSilenceMinutes, 30, 30.01, "signals-critical"),
        (.offAirSeconds, 30, 30.01, "off-air-critical"), (.errorPercent, 1, 1.01, "errors-warning"),
        (.queueDepth, 100, 101, "queue-depth-warning"), (.providerSeconds, 5, 5.01, "provider-latency-warning"),
        (.shutProviders, 0, 1, "provider-account-critical"), (.pausedAccounts, 0, 1, "spending-paused-critical"),
        (.costRisePercent, 20, 20.01, "model-cost-warning"), (.burnRisePercent, 200, 200.01, "burn-rate-warning"),
        (.diskFreePercent, 15, 14.99, "disk-warning"),
    ]

    @Test(arguments: edges.indices) func `an alert is raised beyond its threshold and not at it`(place: Int) {
        let (quantity, good, bad, rule) = Self.edges[place]
        var desk = Desk()
        #expect(!desk.note(quantity, good).contains("raised \(rule)"))
        #expect(desk.note(quantity, bad).contains("raised \(rule)"))
        #expect(desk.book.open.contains { $0.rule == rule && $0.latest == bad })
    }

    @Test func `what goes on is told once, and again after a long time`() {
        var desk = Desk()
        #expect(desk.note(.diskFreePercent, 5) == ["raised disk-warning"])
        for _ in 0..<100 { #expect(desk.note(.diskFreePercent, 4) == []) }
        #expect(desk.note(.diskFreePercent, 4, after: 4 * 3600) == ["reminded disk-warning"])
        #expect(desk.note(.diskFreePercent, 4) == [])
        #expect(desk.book.open.count == 1)
    }

    @Test func `a value that wavers around its threshold is one alert`() {
        var desk = Desk()
        #expect(desk.note(.providerSeconds, 5.1) == ["raised provider-latency-warning"])
        for _ in 0..<50 {
            #expect(desk.note(.providerSeconds, 4.9, after: 50) == [])
            #expect(desk.note(.providerSeconds, 5.1, after: 50) == [])
        }
        // Clearly better, but not for long enough, and worse again.
        #expect(desk.note(.providerSeconds, 1) == [])
        #expect(desk.note(.providerSeconds, 1, after: 59) == [])
        #expect(desk.note(.providerSeconds, 4.5) == [])
        #expect(desk.note(.providerSeconds, 1) == [])
        #expect(desk.note(.providerSeconds, 1, after: 60) == ["resolved provider-latency-warning"])
        #expect(desk.book.open.isEmpty && desk.book.resolved.count == 1)
        #expect(desk.note(.providerSeconds, 6) == ["raised provider-latency-warning"])
    }

    @Test func `a warning is kept back while something worse about the same thing is open`() {
        var desk = Desk()
        #expect(desk.note(.queueDepth, 900) == ["raised queue-depth-critical"])
        #expect(desk.note(.queueDepth, 450, after: 5) == [])
        #expect(desk.note(.queueDepth, 300) == [])
        #expect(
            desk.note(.queueDepth, 300, after: 60) == ["resolved queue-depth-critical", "raised queue-depth-warning"]
        )
        #expect(desk.note(.queueDepth, 501) == ["raised queue-depth-critical"])
        // Open already, it stays, but nobody is told of it again.
        #expect(desk.note(.queueDepth, 501, after: 5 * 3600) == ["reminded queue-depth-critical"])
        #expect(desk.note(.queueDepth, 0) == [])
        #expect(
            Set(desk.note(.queueDepth, 0, after: 60)) == [
                "resolved queue-depth-critical", "resolved queue-depth-warning",
            ]
        )
    }

    @Test func `what cannot be measured raises nothing and ends nothing`() {
        var desk = Desk()
        #expect(desk.note([.signalSilenceMinutes: .missing("no signals yet")]) == [])
        #expect(desk.note([:]) == [])
        #expect(desk.note(.errorPercent, .nan) == [] && desk.note(.errorPercent, .infinity) == [])
        #expect(desk.note(.errorPercent, 9) == ["raised errors-critical"])
        #expect(desk.note([.errorPercent: .missing("too few answers")], after: 3600) == [])
        #expect(desk.book.open.count == 1)
        // Neither does it count as time in which things were better.
        #expect(desk.note(.errorPercent, 0) == [])
        #expect(desk.note(.errorPercent, 0, after: 60) == ["resolved errors-critical"])
    }

    @Test func `a rule that is turned off ends its alert`() {
        var desk = Desk()
        #expect(desk.note(.diskFreePercent, 5) == ["raised disk-warning"])
        var thresholds = AlertThresholds()
        thresholds.diskFreePercent = 0
        desk.rules = thresholds.rules
        #expect(desk.note(.diskFreePercent, 5) == ["resolved disk-warning"])
        #expect(desk.note(.diskFreePercent, 0) == [])
    }

    @Test func `the last hundred that were resolved are kept, newest first`() {
        var desk = Desk()
        for _ in 0..<130 {
            _ = desk.note(.providerSeconds, 6)
            _ = desk.note(.providerSeconds, 0)
            _ = desk.note(.providerSeconds, 0, after: 60)
        }
        #expect(desk.book.resolved.count == AlertBook.resolvedMax)
        #expect(desk.book.resolved.first?.resolvedAt == desk.now)
        #expect(Set(desk.book.resolved.map(\.id)).count == AlertBook.resolvedMax)
    }

    @Test func `a book that is written and read again goes on where it was`() throws {
        var desk = Desk()
        _ = desk.note(.diskFreePercent, 5)
        _ = desk.note(.diskFreePercent, 50)
        desk.book = try EventCodec.decode(AlertBook.self, from: try EventCodec.encode(desk.book))
        #expect(desk.note(.diskFreePercent, 50, after: 60) == ["resolved disk-warning"])
    }

    @Test(arguments: [UInt64](1...20)) func `whatever is measured, each alert is raised once and resolved once`(
        seed: UInt64
    ) {
        var random = SplitMix64(state: seed)
        var desk = Desk()
        var open: Set<String> = []
        for _ in 0..<2000 {
            var readings: [AlertQuantity: AlertReading] = [:]
            for quantity in AlertQuantity.allCases {
                switch Int.random(in: 0..<4, using: &random) {
                case 0: readings[quantity] = .missing("away")
                case 1: break
                default: readings[quantity] = .value(Double.random(in: 0...700, using: &random))
                }
            }
            for line in desk.note(readings, after: Double.random(in: 1...90, using: &random)) {
                let words = line.split(separator: " ").map(String.init)
                switch words[0] {
                case "raised": #expect(open.insert(words[1]).inserted)
                case "resolved": #expect(open.remove(words[1]) != nil)
                default: #expect(open.contains(words[1]))
                }
            }
            #expect(Set(desk.book.open.map(\.rule)) == open)
        }
    }
}
