import Testing

@testable import API

/// How long a peer may keep a connection waiting.
struct ConnectionPaceTests {
    private let limits = ConnectionPace.Limits(
        firstHead: .seconds(10),
        nextHead: .seconds(75),
        body: .seconds(60),
        stalledAnswer: .seconds(30)
    )

    @Test func `a head that drips does not win time`() {
        let pace = ConnectionPace(limits: limits, at: .seconds(100))
        #expect(pace.deadline == .seconds(110))
    }

    @Test func `each step has its own limit, and an answer takes the time it takes`() {
        var pace = ConnectionPace(limits: limits, at: .zero)
        pace.readHead(at: .seconds(5))
        #expect(pace.deadline == .seconds(65))
        pace.readEnd()
        #expect(pace.deadline == nil)
        pace.wroteEnd(at: .seconds(500))
        #expect(pace.deadline == .seconds(575))
    }

    @Test func `an answer before the end of the request leaves the body awaited`() {
        var pace = ConnectionPace(limits: limits, at: .zero)
        pace.readHead(at: .seconds(1))
        pace.wroteEnd(at: .seconds(2))
        #expect(pace.deadline == .seconds(61))
    }

    @Test func `a body that was answered before its end does not go on for ever`() {
        var pace = ConnectionPace(limits: limits, at: .zero)
        pace.readHead(at: .seconds(1))
        pace.readBody(limits.bytesAfterAnswer * 5, at: .seconds(1))
        pace.wroteEnd(at: .seconds(2))
        pace.readBody(limits.bytesAfterAnswer, at: .seconds(3))
        #expect(pace.deadline == .seconds(61))
        pace.readBody(1, at: .seconds(4))
        #expect(pace.deadline == .seconds(4))
    }

    @Test func `an answer that nobody reads runs out of patience`() {
        var pace = ConnectionPace(limits: limits, at: .zero)
        pace.readHead(at: .zero)
        pace.readEnd()
        pace.becameWritable(false, at: .seconds(3))
        #expect(pace.deadline == .seconds(33))
        pace.becameWritable(true, at: .seconds(4))
        #expect(pace.deadline == nil)
    }

    @Test func `requests that are sent ahead are answered before the next head is awaited`() {
        var pace = ConnectionPace(limits: limits, at: .zero)
        pace.readHead(at: .zero)
        pace.readEnd()
        pace.readHead(at: .seconds(1))
        pace.readEnd()
        pace.wroteEnd(at: .seconds(2))
        #expect(pace.deadline == nil)
        pace.wroteEnd(at: .seconds(3))
        #expect(pace.deadline == .seconds(78))
    }
}
