import Bus
import Domain
import FoundationEssentials
import Testing

struct EventCatalogueTests {
    @Test func `no two event types share a topic`() throws {
        let topics = EventCatalogue.all.map { $0.topic.text }
        #expect(Set(topics).count == topics.count)
        _ = try EventBus(types: EventCatalogue.all)
    }

    @Test func `every topic is family, noun and verb`() {
        for type in EventCatalogue.all {
            let parts = type.topic.text.split(separator: ".", omittingEmptySubsequences: false)
            #expect(parts.count == 3, "\(type.topic)")
            #expect(parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isLowercase || $0 == "_" } }, "\(type.topic)")
        }
    }

    @Test func `every event type says what it tells`() throws {
        for type in EventCatalogue.all {
            let documented = try #require(type as? any DocumentedEvent.Type, "\(type)")
            #expect(documented.summary.hasSuffix("."))
        }
    }

    @Test func `there is a sample of every type`() {
        let sampled = Set(EventSamples.all.map { type(of: $0).topic.text })
        #expect(sampled == Set(EventCatalogue.all.map { $0.topic.text }))
    }

    @Test func `every event survives the way to JSON and back`() throws {
        for event in EventSamples.all { try checkRoundTrip(event) }
    }

    private func checkRoundTrip(_ event: some Event) throws {
        let bytes = try EventCodec.encode(event)
        let copy = try EventCodec.decode(type(of: event), from: bytes)
        #expect(try sorted(copy) == sorted(event), "\(type(of: event).topic)")
    }

    private func sorted(_ event: some Event) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(event), as: UTF8.self)
    }

    @Test func `prices and candles are about their pair`() throws {
        let priceTicked = try #require(EventSamples.all.first { $0 is PriceTicked })
        #expect(priceTicked.subject == "BTC-USD")
        let dotted = try #require(EventSamples.all.lazy.compactMap { $0 as? ActorChanged }.first { $0.id == "a.b" })
        #expect(dotted.subject == nil)
    }
}
