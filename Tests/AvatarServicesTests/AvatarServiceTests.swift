import AvatarServices
import Bus
import HTTPClient
import TestKit
import Testing

/// What holds of every service: settings, time limits, and being left alone.
struct AvatarServiceTests {
    private let clock = ManualClock()

    private func service(
        _ answers: [ScriptedTransport.Answer],
        key: String? = key,
        _ change: (inout AvatarServiceSettings) -> Void = { _ in }
    ) -> (HeyGenV3, ScriptedTransport) {
        let transport = ScriptedTransport(answers)
        var settings = AvatarServiceSettings.heyGen
        settings.breaker.jitter = 0
        change(&settings)
        let service = HeyGenV3(account(settings, transport, Stopwatch(clock), by: key))
        return (service, transport)
    }

    private let working = #"{"data":{"id":"v_1","status":"processing"}}"#

    @Test(arguments: [nil, "", "a b", "a\r\nX-Other: b", "ключ"])
    func `without a key that can be one nothing is asked`(_ key: String?) async {
        let (service, transport) = service([], key: key)
        #expect(service.unavailability()?.code == .notSetUp)
        let found = await error { () throws(AvatarError) in try await service.status("v_1") }
        #expect(found?.code == .notSetUp && transport.requests.isEmpty)
    }

    @Test(arguments: ["http://api.example", "api.example", "", "ftp://api.example"])
    func `a key goes nowhere but by https`(_ base: String) async {
        let (service, transport) = service([]) { $0.base = base }
        let found = await error { () throws(AvatarError) in try await service.quota() }
        #expect(found?.code == .notSetUp && transport.requests.isEmpty)
    }

    @Test func `a double on this machine may be asked, under other headers and for other times`() async throws {
        let (service, transport) = service([answer(working)]) { settings in
            settings.base = "http://127.0.0.1:8080/"
            settings.keyHeader = "X-Other"
            settings.keyPrefix = "Bearer "
            settings.questionLimit = .seconds(3)
            settings.answerBytesMax = 1000
        }
        _ = try await service.status("v_1")
        let request = try #require(transport.requests.first)
        #expect(request.url == "http://127.0.0.1:8080/v3/videos/v_1" && request.redirectsMax == 0)
        #expect(request.headers["X-Other"] == "Bearer \(key)" && request.headers["X-Api-Key"] == nil)
        #expect(request.limits?.totalSeconds == 3 && request.limits?.bodyBytesMax == 1000)
    }

    @Test func `an answer that is too large is not read`() async {
        let (service, _) = service([answer(#"{"data":{"id":"v_1","status":"processing","x":"0123456789"}}"#)]) {
            $0.answerBytesMax = 32
        }
        let found = await error { () throws(AvatarError) in try await service.status("v_1") }
        #expect(found?.code == .malformed)
    }

    @Test func `three failures in a row and it is left alone, then tried once`() async throws {
        let (service, transport) = service([
            answer("{}", status: 500), failure(.connectFailed, wasSent: false), answer("<p>"), answer(working),
        ])
        for _ in 0..<3 { _ = await error { () throws(AvatarError) in try await service.status("v_1") } }
        let found = await error { () throws(AvatarError) in try await service.status("v_1") }
        #expect(found?.code == .skipped && found?.retryAfter == .seconds(5) && transport.requests.count == 3)
        clock.advance(by: .seconds(5))
        let progress = try await service.status("v_1")
        #expect(progress == .working)
    }

    @Test func `whoever asks to be left alone is`() async throws {
        let (service, transport) = service([
            answer("", status: 429, headers: ["Retry-After": "60"]), answer(#"{"data":{"video_id":"v_1"}}"#),
        ])
        let order = try order()
        let slow = await error { () throws(AvatarError) in try await service.submit(order) }
        #expect(slow?.code == .rateLimited && slow?.retryAfter == .seconds(60))
        #expect(service.unavailability()?.code == .skipped)
        clock.advance(by: .seconds(59))
        let found = await error { () throws(AvatarError) in try await service.submit(order) }
        #expect(found?.retryAfter == .seconds(1) && found?.mayHaveBeenTaken == false)
        #expect(transport.requests.count == 1)
        clock.advance(by: .seconds(1))
        #expect(service.unavailability() == nil)
        let taken = try await service.submit(order)
        #expect(taken.id == "v_1")
    }

    @Test func `who takes no orders for want of money still tells of its films`() async throws {
        let (service, _) = service([answer("{}", status: 402), answer(working)])
        let order = try order()
        let found = await error { () throws(AvatarError) in try await service.submit(order) }
        #expect(found?.code == .outOfCredit && service.unavailability()?.code == .skipped)
        let progress = try await service.status("v_1")
        #expect(progress == .working)
    }

    @Test func `a refused order is no failure of the service`() async throws {
        let (service, transport) = service((0..<6).map { _ in answer("{}", status: 451) })
        let order = try order()
        for _ in 0..<6 { _ = await error { () throws(AvatarError) in try await service.submit(order) } }
        #expect(transport.requests.count == 6 && service.unavailability() == nil)
    }

    @Test func `what a service says is one short line without addresses and keys`() async throws {
        let long = String(repeating: "x", count: 5000)
        let words = #"a\u0007\n\u202Eb \#(key)! http://user@host/path \#(long)"#
        let (service, _) = service([
            answer(#"{"error":{"code":"<b>\u0000\#(long)","message":"\#(words)"}}"#, status: 400)
        ])
        let order = try order()
        let found = try #require(await error { () throws(AvatarError) in try await service.submit(order) })
        #expect(found.detail.hasPrefix("a b [key]! [address] xxx") && found.detail.count == 200)
        #expect(found.message.hasPrefix("heygen: it does not take the request (400 _b__xxx"))
        #expect(found.message.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && found.message.count < 150)
        #expect("\(found)" == found.message)
    }
}
