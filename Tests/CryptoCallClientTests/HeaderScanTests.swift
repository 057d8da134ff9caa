import BusZeroMQ
import JSON
import Testing

@testable import CryptoCallClient

struct HeaderScanTests {
    static let header =
        #"{"specversion":"1.0","id":"0190a5c0-0000-7000-8000-000000000001","source":"/cryptocall/market","#
        + #""type":"market.price.ticked","subject":"BTC-USD","time":"2026-11-21T07:00:00.123456Z","#
        + #""datacontenttype":"application/json","version":1,"delivery":"durable","#
        + #""epoch":"0190a5c0-0000-7000-8000-00000000000e","seq":7,"offset":99,"#
        + #""correlation":"0190a5c0-0000-7000-8000-000000000001","traceparent":"00-ab-cd-01"}"#

    private func scan(_ text: String) throws -> HeaderScan { try #require(HeaderScan(Array(text.utf8)[...])) }

    @Test func `the quick and the slow way read the same`() throws {
        let sorted = try JSONValue(parsing: Array(HeaderScanTests.header.utf8)).description
        #expect(sorted != HeaderScanTests.header)
        for text in [HeaderScanTests.header, sorted] {
            let found = try scan(text)
            #expect(found.delivery == .durable)
            #expect(found.seq == 7)
            #expect(found.offset == 99)
            #expect(found.epoch.elementsEqual("0190a5c0-0000-7000-8000-00000000000e".utf8))
        }
    }

    @Test func `a slice in the middle of a batch is read at its own place`() throws {
        let bytes = Array("xxxx\(HeaderScanTests.header)yyyy".utf8)
        let found = try #require(HeaderScan(bytes[4..<bytes.count - 4]))
        #expect(found.epoch.elementsEqual("0190a5c0-0000-7000-8000-00000000000e".utf8))
    }

    @Test func `a subject cannot pass for an attribute`() throws {
        var value = try JSONValue(parsing: Array(HeaderScanTests.header.utf8)).object ?? [:]
        value["correlation"] = .string(#"","delivery":"data","epoch":"00000000-0000-0000-0000-000000000000","seq":1}"#)
        let found = try scan(JSONValue.object(value).description)
        #expect(found.delivery == .durable)
        #expect(found.seq == 7)
    }

    @Test(arguments: ["", "nonsense", "[]", "{}", #"{"type":"a.b.c","epoch":"x","seq":-1}"#, #"{"delivery":"data","#])
    func `what is not a header is refused`(_ text: String) {
        #expect(HeaderScan(Array(text.utf8)[...]) == nil)
    }

    @Test func `a number that could overflow later is refused`() {
        let text = #"{"delivery":"data","epoch":"A","seq":18446744073709551615}"#
        #expect(HeaderScan(Array(text.utf8)[...]) == nil)
    }

    @Test func `an event gives its header and payload when asked`() throws {
        let event = try #require(
            Event(
                topic: Array("market.price.ticked.BTC-USD".utf8)[...],
                header: Array(HeaderScanTests.header.utf8)[...],
                payload: Array(#"{"price":"1.5"}"#.utf8)[...]
            )
        )
        struct Tick: Decodable { let price: String }
        #expect(try event.header().subject == "BTC-USD")
        #expect(try event.header().time == "2026-11-21T07:00:00.123456Z")
        #expect(try event.decode(Tick.self).price == "1.5")
        #expect(throws: ClientError.self) { try event.decode(Int.self) }
    }
}
