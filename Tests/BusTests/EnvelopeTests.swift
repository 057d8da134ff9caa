import Bus
import FoundationEssentials
import Testing

struct EnvelopeTests {
    @Test func `a header frame is JSON with the attributes of the wire contract`() throws {
        let id = try #require(UUIDv7("018bcfe5-6800-7123-8abc-0123456789ab"))
        let cause = try #require(UUIDv7("018bcfe5-6800-7001-9000-00000000000f"))
        let header = EnvelopeHeader(
            id: id,
            time: Timestamp(nanoseconds: 1_700_000_000_123_456_789),
            epoch: cause,
            seq: 18_446_744_073_709_551_615,
            offset: 42,
            cause: cause,
            correlation: cause,
            topic: "market.price.ticked",
            subject: "BTC-USD",
            source: "market-data",
            origin: "studio-2",
            version: 3,
            delivery: .durable
        )
        var bytes: [UInt8] = []
        header.writeJSON(to: &bytes)
        let decoded = try EventCodec.decode(WireHeader.self, from: bytes)
        #expect(decoded.id == id)
        #expect(decoded.source == "/cryptocall/market-data")
        #expect(decoded.type == "market.price.ticked")
        #expect(decoded.subject == "BTC-USD")
        #expect(decoded.time.description == "2023-11-14T22:13:20.123456Z")
        #expect(decoded.version == 3)
        #expect(decoded.delivery == "durable")
        #expect(decoded.seq == .max)
        #expect(decoded.offset == 42)
        #expect(decoded.cause == cause)
        #expect(decoded.correlation == cause)
        #expect(decoded.origin == "studio-2")
        #expect(decoded.traceparent == "00-018bcfe56800700190000000000000 0f-8abc0123456789ab-01".filter { $0 != " " })
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix(#"{"specversion":"1.0","id":""#))
    }

    @Test func `absent parts stay absent`() throws {
        let header = try makeBus().stamp(StepSample(number: 1), source: "writer")
        var bytes: [UInt8] = []
        header.writeJSON(to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        for key in ["subject", "offset", "cause", "origin"] { #expect(!text.contains("\"\(key)\"")) }
        #expect(header.correlation == header.id)
    }

    @Test func `header fields of an envelope take no references`() {
        // 112 bytes of plain numbers: a copy into a mailbox is a memory copy.
        #expect(_isPOD(EnvelopeHeader.self))
        #expect(MemoryLayout<EnvelopeHeader>.size <= 112)
    }

    @Test func `topics beyond the wire's limit are refused`() {
        #expect(Topic("market.price." + String(repeating: "x", count: 107)) != nil)
        #expect(Topic("market.price." + String(repeating: "x", count: 108)) == nil)
        for bad in ["", "market", ".market.price", "market.price.", "market..price", "Market.price", "market.prise!"] {
            #expect(Topic(bad) == nil, "\(bad)")
        }
        #expect(Subject("BTC-USD" as String) != nil)
        for bad in ["", "BTC/USD", "a.b", String(repeating: "x", count: 65)] { #expect(Subject(bad) == nil) }
        let longest = FullTopic("market.price.ticked", Subject(String(repeating: "x", count: 64)))
        #expect(longest.text.utf8.count <= FullTopic.sizeBytesMax)
    }
}

struct UUIDv7Tests {
    @Test func `ids increase strictly, within a millisecond and when the clock steps back`() {
        var generator = UUIDv7Generator(seed: 1)
        var last = generator.next(at: Timestamp(seconds: 100))
        for step in 0..<20_000 {
            // Back and forth by up to a second.
            let time = Timestamp(milliseconds: 100_000 + Int64(step % 7) * 150 - 500)
            let next = generator.next(at: time)
            #expect(last < next)
            last = next
        }
    }

    @Test func `the text form has version 7 and the RFC variant, and parses back`() throws {
        var generator = UUIDv7Generator(seed: 2)
        let id = generator.next(at: Timestamp(milliseconds: 0x018B_CFE5_6800))
        let text = id.description
        #expect(text.hasPrefix("018bcfe5-6800-7"))
        #expect("89ab".contains(text[text.index(text.startIndex, offsetBy: 19)]))
        #expect(UUIDv7(text) == id)
        #expect(UUIDv7(text.uppercased()) == id)
        #expect(id.milliseconds == 0x018B_CFE5_6800)
        for bad in ["", "018bcfe5", text + "0", String(text.dropLast()), text.replacing("-", with: "x")] {
            #expect(UUIDv7(bad) == nil)
        }
    }
}

struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", Int64(0)),
        ("2000-02-29T23:59:59.999999999Z", 951_868_799_999_999_999),
        ("2024-02-29T12:00:00+02:00", 1_709_200_800_000_000_000),
        ("1969-12-31T23:59:59.5Z", -500_000_000),
        ("2023-11-14 22:13:20Z", 1_700_000_000_000_000_000),
    ]) func `RFC 3339 times parse`(text: String, nanoseconds: Int64) {
        #expect(Timestamp(text)?.nanoseconds == nanoseconds)
    }

    @Test(arguments: [
        "", "2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-01-01T24:00:00Z", "2023-01-01T00:00:00",
        "2023-01-01T00:00:00.Z", "2023-01-01T00:00:00Zx", "9999-01-01T00:00:00Z", "2023-1-1T00:00:00Z",
    ]) func `other texts do not`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `every day from 1900 to 2200 prints and parses back`() {
        for day in stride(from: Int64(-25_567), to: 84_006, by: 1) {
            let time = Timestamp(seconds: day * 86_400 + 86_399)
            #expect(Timestamp(time.description) == time)
        }
    }
}
