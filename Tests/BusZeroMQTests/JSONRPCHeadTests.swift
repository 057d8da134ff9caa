import JSON
import Testing

@testable import BusZeroMQ

/// Finding what a message is about.
struct JSONRPCHeadTests {
    @Test func `a message's head is found without reading the rest`() throws {
        let answer = JSONRPCHead(Array(#"{"result":{"id":9,"x":["}"]},"id":"a","jsonrpc":"2.0"}"#.utf8))
        #expect(answer?.id == "a")
        #expect(answer?.isNotification == false)
        let progress = JSONRPCHead(JSONRPC.progress("b", ["percent": 1]))
        #expect(progress?.id == "b")
        #expect(progress?.isNotification == true)
        #expect(JSONRPCHead(Array("[1]".utf8)) == nil)
        #expect(JSONRPCHead(Array(#"{"id":"#.utf8))?.id == nil)
    }
}
