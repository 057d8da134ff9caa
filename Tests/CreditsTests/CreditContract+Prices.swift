import Bus
import Credits
import Domain
import Store
import TestKit
import Testing

extension CreditContract {
    private static let notice: Duration = .seconds(30 * 86_400)
    private static let key = PricedModel.Key(provider: "xai", model: "grok-4.3")

    private static func grok(_ input: Int64, _ output: Int64 = 4, _ call: Int64 = 1) -> PricedModel {
        PricedModel(key, name: "grok", price: CreditPrice(perInput: input, perOutput: output, minimum: call))
    }

    static let prices = [
        Check(name: "a rise is announced once and remembered over restarts") { bench in
            let first = try await bench.desk.keepPrices([grok(1)], notice: notice)
            #expect(first.changes.isEmpty && first.histories[key]?.earlier.isEmpty == true)
            bench.time.advance(by: .seconds(86_400))
            let rise = try await bench.desk.keepPrices([grok(2)], notice: notice)
            #expect(rise.changes.map(\.old.perInput) == [1] && rise.changes.map(\.isRise) == [true])
            let risen = bench.time.now
            bench.time.advance(by: .seconds(86_400))
            // Another daemon, or the same one after a restart.
            let again = try await bench.desk().keepPrices([grok(2)], notice: notice)
            #expect(again.changes.isEmpty && again.histories == rise.histories)
            let history = try #require(again.histories[key])
            let (old, now) = (Timestamp(seconds: 0), bench.time.now)
            #expect(history.price(notice: notice, joined: old, at: now).perInput == 1)
            #expect(history.price(notice: notice, joined: now, at: now).perInput == 2)
            #expect(history.noticeEnd(notice, at: now) == risen.advanced(by: notice))
            let event = try #require(try await bench.events().first)
            #expect(try await bench.topics() == ["credits.price.changed"])
            let told = try EventCodec.decode(CreditPriceChanged.self, from: event.payload)
            #expect(told.name == "grok" && told.provider == "xai" && told.model == "grok-4.3")
            #expect(told.old == CreditPriceChanged.Price(input: 1, output: 4, call: 1))
            #expect(told.new == CreditPriceChanged.Price(input: 2, output: 4, call: 1))
            #expect(told.appliesAt == risen && told.subscribersAt == risen.advanced(by: notice))
        },
        Check(name: "what falls is everybody's at once, and is announced as that") { bench in
            _ = try await bench.desk.keepPrices([grok(3)], notice: notice)
            bench.time.advance(by: .seconds(60))
            let fall = try await bench.desk.keepPrices([grok(2)], notice: notice)
            #expect(fall.changes.map(\.isRise) == [false])
            let history = try #require(fall.histories[key])
            #expect(history.price(notice: notice, joined: Timestamp(seconds: 0), at: bench.time.now).perInput == 2)
            let event = try #require(try await bench.events().first)
            let told = try EventCodec.decode(CreditPriceChanged.self, from: event.payload)
            #expect(told.subscribersAt == told.appliesAt && told.appliesAt == bench.time.now)
        },
        Check(name: "a model that was away comes back with what it has cost, and others do not touch it") { bench in
            let other = PricedModel(
                PricedModel.Key(provider: "xai", model: "other"),
                name: "other",
                price: CreditPrice(perInput: 9, perOutput: 9, minimum: 9)
            )
            _ = try await bench.desk.keepPrices([grok(1), other], notice: notice)
            bench.time.advance(by: .seconds(60))
            let without = try await bench.desk.keepPrices([other], notice: notice)
            #expect(without.changes.isEmpty && without.histories.count == 1)
            bench.time.advance(by: .seconds(60))
            let back = try await bench.desk.keepPrices([other, grok(5)], notice: notice)
            #expect(back.changes.map(\.model.name) == ["grok"] && back.histories.count == 2)
            #expect(back.histories[key]?.earlier.map(\.price.perInput) == [1])
        },
        Check(name: "prices that were over more than a year ago are forgotten") { bench in
            for (days, input) in [(Int64(0), Int64(1)), (100, 2), (100, 3), (300, 4)] {
                bench.time.advance(by: .seconds(days * 86_400))
                _ = try await bench.desk.keepPrices([grok(input)], notice: notice)
            }
            let all = try await bench.desk.keepPrices([grok(4)], notice: notice)
            // The first was over 400 days ago; the second was in force until 300 days ago.
            #expect(all.histories[key]?.earlier.map(\.price.perInput) == [2, 3])
            let rows = try await bench.store.query("SELECT count(*) FROM credits_price")
            #expect(rows.first?.first?.int == 3)
        },
    ]
}
