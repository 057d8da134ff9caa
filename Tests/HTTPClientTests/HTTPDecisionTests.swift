import Testing
import Threading

@testable import HTTPClient

/// The pure parts, by plain calls.
struct HTTPDecisionTests {
    // MARK: Addresses

    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7",
        "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12::1",
        "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1", "2001:db8::1",
        "2001::1", "2002:7f00:1::", "3fff::1", "fec0::1", "100::1",
    ])
    func `an address that is not public`(text: String) throws {
        #expect(try !#require(NetworkAddress(text)).isPublic)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255",
        "172.32.0.0", "192.167.1.1", "223.255.255.255", "2606:4700:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
    ])
    func `a public address`(text: String) throws {
        #expect(try #require(NetworkAddress(text)).isPublic)
    }

    @Test func `text that is no address`() {
        #expect(NetworkAddress("example.com") == nil)
        #expect(NetworkAddress("1.2.3") == nil)
    }

    // MARK: Hosts

    @Test(arguments: [
        ("example.com", "example.com", 443, true), ("Example.COM", "example.com", 80, true),
        ("example.com", "www.example.com", 443, false), ("example.com", "example.com.evil.org", 443, false),
        ("*.example.com", "www.example.com", 443, true), ("*.example.com", "a.b.example.com", 443, true),
        ("*.example.com", "example.com", 443, false), ("*.example.com", "evilexample.com", 443, false),
        ("example.com:8080", "example.com", 8080, true), ("example.com:8080", "example.com", 443, false),
        ("*", "anything", 1, true), ("[::1]:80", "[::1]", 80, true), ("[::1]", "[::1]", 99, true),
    ])
    func `a pattern for hosts`(pattern: String, host: String, port: Int, matches: Bool) throws {
        #expect(try #require(HostPattern(pattern)).matches(host: host, port: port) == matches)
    }

    @Test(arguments: ["", ".", "a b", "http://x", "x:0", "x:70000", "*x", "*.", "x/y", "a:b:c"])
    func `text that is no pattern for hosts`(pattern: String) {
        #expect(HostPattern(pattern) == nil)
    }

    @Test(arguments: [
        ("HTTP://Example.COM./a?b#c", "http", "example.com", 80), ("https://x.y", "https", "x.y", 443),
        ("https://x.y:8443/", "https", "x.y", 8443), ("http://[::1]:9/", "http", "[::1]", 9),
        ("http://0x7f.1/", "http", "127.0.0.1", 80), ("http://a.b%2ec/", "http", "a.b.c", 80),
    ])
    func `a URL taken apart`(text: String, scheme: String, host: String, port: Int) throws {
        let url = try #require(RequestURL(text))
        #expect(url.scheme == scheme)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(!url.text.contains("#"))
    }

    @Test(arguments: ["http://ex\u{e4}mple.com/", "http://a%0d%0ab/", "//x", "/x", "mailto:x", "http://a@b/"])
    func `a URL that is refused`(text: String) {
        #expect(RequestURL(text) == nil)
    }

    @Test func `the target of a redirect is read relative to its origin`() throws {
        let base = try #require(RequestURL("https://a.example/x/y?q"))
        #expect(RequestURL("../z", relativeTo: base)?.text == "https://a.example/z")
        #expect(RequestURL("//b.example/", relativeTo: base)?.host == "b.example")
        #expect(RequestURL("file:///etc/passwd", relativeTo: base) == nil)
    }

    // MARK: Redirects

    private func redirect(_ method: HTTPMethod, _ status: Int, to location: String) throws -> HTTPRequest? {
        let request = HTTPRequest(method, "https://a.example/", headers: ["X": "y"], body: [1], redirectsMax: 2)
        let head = ResponseHead(Array("HTTP/1.1 \(status) X\r\nLocation: \(location)\r\n\r\n".utf8))
        return try Redirect.next(after: request, head)
    }

    @Test(arguments: [
        (301, HTTPMethod.post, HTTPMethod.get), (302, .post, .get), (303, .put, .get), (307, .post, .post),
        (308, .put, .put), (301, .get, .get), (303, .head, .head),
    ])
    func `what a redirect makes of a method`(status: Int, before: HTTPMethod, after: HTTPMethod) throws {
        let next = try #require(try redirect(before, status, to: "/b"))
        #expect(next.method == after)
        #expect(next.body == (before == after ? [1] : []))
        #expect(next.headers["X"] == "y")
        #expect(next.redirectsMax == 1)
    }

    @Test func `a redirect never leaves https`() {
        #expect(throws: HTTPClientError.self) { try redirect(.get, 302, to: "http://a.example/") }
    }

    @Test func `other statuses are final`() throws {
        #expect(try redirect(.get, 300, to: "/b") == nil)
        #expect(try redirect(.get, 200, to: "/b") == nil)
    }

    // MARK: Time limits

    @Test func `each phase has its own limit, and the total stands above them`() {
        var limits = HTTPLimits()
        (limits.connectSeconds, limits.firstByteSeconds, limits.idleSeconds) = (1, 2, 3)
        let start = ContinuousClock.now
        let at = { (seconds: Double) in start.advanced(by: .seconds(seconds)) }
        var deadlines = Deadlines(limits: TimeLimits(limits), totalEnd: at(10), now: start)
        #expect(deadlines.exceeded(at: at(0.9)) == nil)
        #expect(deadlines.exceeded(at: at(1)) == .connectTimeout)
        deadlines.connected(at: at(0.5))
        #expect(deadlines.nextEnd == at(2.5))
        #expect(deadlines.exceeded(at: at(2.4)) == nil)
        #expect(deadlines.exceeded(at: at(2.5)) == .firstByteTimeout)
        deadlines.received(at: at(2))
        #expect(deadlines.exceeded(at: at(4.9)) == nil)
        #expect(deadlines.exceeded(at: at(5)) == .idleTimeout)
        deadlines.heldBack()
        #expect(deadlines.nextEnd == at(10))
        #expect(deadlines.exceeded(at: at(9.9)) == nil)
        #expect(deadlines.exceeded(at: at(10)) == .totalTimeout)
    }

    // MARK: Admission

    @Test func `a busy host does not hold up another one`() {
        var admission = Admission<Int>(runningMax: 3, runningPerHostMax: 2, waitingMax: 2)
        #expect(admission.arrive(1, host: "a") == .run)
        #expect(admission.arrive(2, host: "a") == .run)
        #expect(admission.arrive(3, host: "a") == .wait)
        #expect(admission.arrive(4, host: "b") == .run)
        #expect(admission.arrive(5, host: "b") == .wait)
        #expect(admission.arrive(6, host: "c") == .refuse)
        #expect(admission.next() == nil)
        admission.leave(host: "b")
        #expect(admission.next() == 5)  // 3 came first, but its host is still full
        #expect(admission.next() == nil)
        admission.leave(host: "a")
        #expect(admission.next() == 3)
        #expect(admission.waiting.isEmpty)
    }

    @Test func `who gives up leaves the line`() {
        var admission = Admission<Int>(runningMax: 1, runningPerHostMax: 1, waitingMax: 9)
        #expect(admission.arrive(1, host: "a") == .run)
        for number in 2...5 { #expect(admission.arrive(number, host: "a") == .wait) }
        #expect(admission.removeWaiting { $0.isMultiple(of: 2) } == [2, 4])
        admission.leave(host: "a")
        #expect(admission.next() == 3)
    }

    // MARK: A transfer's buffer

    private func deliver(_ bytes: [UInt8], to state: inout TransferState) -> TransferState.Delivery {
        bytes.withUnsafeBytes { state.deliver($0) }
    }

    @Test func `a full buffer holds the sender back until it is taken`() {
        var state = TransferState(bufferMax: 3)
        #expect(deliver([1, 2], to: &state) == .accepted)
        #expect(deliver([3, 4], to: &state) == .accepted)
        #expect(deliver([5], to: &state) == .holdBack)
        guard case .bytes([1, 2, 3, 4], mustContinue: true) = state.take() else {
            Issue.record("not what was delivered")
            return
        }
        #expect(!state.hasNews)
        #expect(deliver([5], to: &state) == .accepted)
        guard case .bytes([5], mustContinue: false) = state.take() else {
            Issue.record("not what was delivered")
            return
        }
    }

    @Test func `the first end counts, and bytes come before it`() {
        var state = TransferState(bufferMax: 3)
        #expect(deliver([1], to: &state) == .accepted)
        state.finish(.failed(HTTPClientError(.connectionLost)))
        state.finish(.complete(HTTPTiming()))
        #expect(deliver([2], to: &state) == .refused)
        guard case .bytes([1], mustContinue: false) = state.take(), case .failed(let error) = state.take() else {
            Issue.record("not what was delivered")
            return
        }
        #expect(error.code == .connectionLost)
    }

    @Test func `a cancelled reader gets no more bytes`() {
        var state = TransferState(bufferMax: 3)
        #expect(deliver([1], to: &state) == .accepted)
        state.finish(.failed(HTTPClientError(.cancelled)))
        guard case .failed = state.take() else {
            Issue.record("bytes after the cancellation")
            return
        }
    }

    // MARK: Heads

    @Test func `a head with blanks, folds and repeated fields`() {
        let head = ResponseHead(
            Array("HTTP/2 404 \r\nA: 1\r\nb:2 \r\nA:\t3\r\n folded\r\nEmpty:\r\nnonsense\r\n\r\n".utf8)
        )
        #expect(head.status == 404)
        #expect(head.headers.values(for: "a") == ["1", "3 folded"])
        #expect(head.headers["B"] == "2")
        #expect(head.headers["empty"] == "")
        #expect(head.headers.count == 4)
    }

    @Test func `setting a header replaces every field of that name`() {
        var headers: HTTPHeaders = ["A": "1", "a": "2", "B": "3"]
        headers["A"] = "4"
        #expect(headers.map(\.value) == ["3", "4"])
        headers["b"] = nil
        #expect(headers.count == 1)
    }
}
