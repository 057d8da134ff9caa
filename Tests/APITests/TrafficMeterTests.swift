import Testing

@testable import API

/// What was answered lately.
struct TrafficMeterTests {
    @Test func `minutes count for as long as they are asked for`() {
        var window = TrafficWindow()
        window.note(status: 200, took: .milliseconds(10), at: .seconds(30))
        window.note(status: 503, took: .milliseconds(30), at: .seconds(90))
        let both = window.last(minutes: 2, at: .seconds(100))
        #expect(both.answers == 2 && both.serverErrors == 1 && both.meanLatency == .milliseconds(20))
        #expect(window.last(minutes: 1, at: .seconds(100)).answers == 1)
        #expect(window.last(minutes: 60, at: .seconds(3599)).answers == 2)
        #expect(window.last(minutes: 60, at: .seconds(3600)).answers == 1)
        #expect(window.last(minutes: 60, at: .seconds(7200)).meanLatency == nil)
    }

    @Test func `a minute of the hour before is not counted again`() {
        var window = TrafficWindow()
        window.note(status: 500, took: .zero, at: .seconds(10))
        window.note(status: 200, took: .zero, at: .seconds(3610))
        #expect(window.last(minutes: 60, at: .seconds(3610)).serverErrors == 0)
    }
}
