import Bus
import Testing

@testable import BusZeroMQ

/// The quick way to write headers against the plain one.
struct HeaderTemplateTests {
    @Test func `a filled template is what the header writes itself`() throws {
        var numbers = SplitMix64(state: 3)
        var second = SecondText()
        let epoch = UUIDv7(high: 0x0123_4567_89AB_7DEF, low: 0x8123_4567_89AB_CDEF)
        for subject in [Subject("BTC-USD"), nil] {
            for origin in [ActorName("partner"), nil] {
                var template: HeaderTemplate?
                for index in 0..<300 {
                    let id = { UUIDv7(high: numbers.next(), low: numbers.next()) }
                    let header = EnvelopeHeader(
                        id: id(),
                        time: Timestamp(nanoseconds: Int64(index - 20) * 12_345_678_901_234 / 1000),
                        epoch: epoch,
                        seq: numbers.next() >> UInt64(index % 64),
                        offset: index.isMultiple(of: 2) ? numbers.next() >> UInt64(index % 64) : nil,
                        cause: index.isMultiple(of: 3) ? id() : nil,
                        correlation: index.isMultiple(of: 3) ? id() : nil,
                        topic: "market.price.ticked",
                        subject: subject,
                        source: "market",
                        origin: origin,
                        version: 3,
                        delivery: .durable
                    )
                    let filled = try #require(template ?? HeaderTemplate(header))
                    template = filled
                    #expect(filled.fits(header))
                    var quick: [UInt8] = [1, 2]
                    filled.write(header, second: &second, to: &quick)
                    var plain: [UInt8] = [1, 2]
                    header.writeJSON(to: &plain)
                    #expect(String(decoding: quick, as: UTF8.self) == String(decoding: plain, as: UTF8.self))
                }
            }
        }
    }
}
