import NIOCore
import TestKit
import Testing
import Threading
import WebSocket
import WebSocketClient

/// The client over real connections, against servers that do what none should.
@Suite(.timeLimit(.minutes(1)))
struct ConnectorTests {
    /// What a client has been told, in order.
    private final class Ear: Sendable {
        let messages: AsyncStream<String>
        let opened: AsyncStream<WebSocketLine>
        private let teller: AsyncStream<String>.Continuation
        private let opener: AsyncStream<WebSocketLine>.Continuation

        init() {
            (messages, teller) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(1000))
            (opened, opener) = AsyncStream.makeStream(of: WebSocketLine.self, bufferingPolicy: .bufferingOldest(1))
        }

        func hear(_ message: [UInt8]) { teller.yield(String(decoding: message, as: UTF8.self)) }
        func open(_ line: WebSocketLine) { opener.yield(line) }
        func end() {
            teller.finish()
            opener.finish()
        }
    }

    private typealias Settings = WebSocketConnector.Settings

    private func settings(_ change: (inout Settings) -> Void = { _ in }) -> Settings {
        var settings = Settings()
        settings.messageBytesMax = 1000
        change(&settings)
        return settings
    }

    /// Connects until it ends by itself.
    private func outcome(
        _ server: PeerServer,
        _ settings: WebSocketConnector.Settings? = nil
    ) async throws -> (ending: WebSocketEnding, messages: [String]) {
        let connector = WebSocketConnector(settings: settings ?? self.settings())
        let ear = Ear()
        let url = try #require(WebSocketURL(server.address))
        let ending = await connector.run(url, opened: { ear.open($0) }, receive: { ear.hear($0) })
        ear.end()
        var messages: [String] = []
        for await message in ear.messages { messages.append(message) }
        await connector.shutdown()
        try await server.stop()
        return (ending, messages)
    }

    private func text(_ text: String, first: UInt8 = 0x81) -> [UInt8] { [first, UInt8(text.utf8.count)] + text.utf8 }

    // MARK: The handshake

    @Test func `a request says all that it has to`() async throws {
        let server = try await PeerServer(.head("HTTP/1.1 404 Nothing\r\nContent-Length: 0\r\n\r\n"))
        let (ending, _) = try await outcome(server)
        #expect(ending == WebSocketEnding(.refused, "answered 404 instead of 101"))
        let head = try #require(server.heads.first)
        #expect(head.hasPrefix("GET /stream?a=b HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"))
        for line in [
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "User-Agent: CryptoCallFM",
        ] {
            #expect(head.contains("\r\n\(line)\r\n"))
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "answered 200 instead of 101"),
        ("HTTP/1.1 301 Elsewhere\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", "answered 301 instead of 101"),
        (
            "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
            "Sec-WebSocket-Accept does not match the key"
        ),
        (
            "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            "Sec-WebSocket-Accept does not match the key"
        ),
        (
            "HTTP/1.1 101 S\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %\r\n\r\n",
            "the answer upgrades to something else"
        ),
        (
            "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: close\r\nSec-WebSocket-Accept: %\r\n\r\n",
            "the answer does not upgrade the connection"
        ),
        ("SSH-2.0-OpenSSH_9.2p1\r\n", "the answer is not HTTP"),
    ])
    func `an answer that is no WebSocket is refused, and says why`(head: String, words: String) async throws {
        let (ending, messages) = try await outcome(try await PeerServer(.head(head), sending: text("no")))
        #expect(ending.description == words && messages.isEmpty)
    }

    @Test func `how long a server wants to be left alone is told`() async throws {
        let head = "HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"
        let (ending, _) = try await outcome(try await PeerServer(.head(head)))
        #expect(ending.reason == .refused && ending.retryAfter == .seconds(7))
    }

    @Test(arguments: ["Sec-WebSocket-Extensions: permessage-deflate", "Sec-WebSocket-Protocol: soap"])
    func `what was not asked for is not agreed on`(line: String) async throws {
        let (ending, _) = try await outcome(try await PeerServer(.agree([line])))
        #expect(ending.reason == .badHandshake && ending.description.hasSuffix("was not asked for"))
    }

    @Test func `a server that says nothing has its time and no more`() async throws {
        let short = settings { $0.openLimit = .milliseconds(200) }
        let (ending, _) = try await outcome(try await PeerServer(.nothing), short)
        #expect(ending.reason == .timedOut)
    }

    @Test func `a server that goes away before it answers, and one that there is not`() async throws {
        let server = try await PeerServer(.head(""), closes: .afterAnswering)
        let (ending, _) = try await outcome(server)
        #expect(ending.reason == .cut)
        let connector = WebSocketConnector(settings: settings())
        let url = try #require(WebSocketURL("ws://127.0.0.1:\(server.port)/"))
        let nobody = await connector.run(url, opened: { _ in }, receive: { _ in })
        #expect(nobody.reason == .unreachable && nobody.description.contains("127.0.0.1"), "\(nobody)")
        await connector.shutdown()
    }

    // MARK: Frames

    @Test func `messages that come with the answer, in pieces and between pings arrive whole`() async throws {
        let bytes =
            text("one") + text("tw", first: 0x01) + text("ping", first: 0x89) + text("o", first: 0x80) + text("three")
            + [0x88, 2, 3, 0xE8]
        let server = try await PeerServer(sending: bytes)
        let (ending, messages) = try await outcome(server)
        #expect(messages == ["one", "two", "three"])
        #expect(ending == WebSocketEnding(.closed, "the server closed it (1000)"))
        var heard: [PeerServer.Heard] = []
        for await one in server.heard {
            heard.append(one)
            if one == .closed { break }
        }
        #expect(
            heard == [
                .frame(opcode: 10, payload: Array("ping".utf8), isMasked: true),
                .frame(opcode: 8, payload: [3, 0xE8], isMasked: true), .closed,
            ]
        )
    }

    @Test(
        arguments: [
            ([0x81, 0x81, 1, 2, 3, 4, 64], "a frame with a mask", 1002), ([0x82, 1, 65], "only text is taken", 1003),
            ([0xC1, 1, 65], "no extension was agreed on", 1002), ([0x80, 1, 65], "nothing to continue", 1002),
            ([0x81, 1, 0xFF], "not UTF-8", 1007), ([0x81, 126, 4, 0], "at most 1000 bytes", 1009),
            ([0x81, 127, 0x7F, 0, 0, 0, 0, 0, 0, 0], "at most 1000 bytes", 1009),
            ([0x88, 1, 3], "half a close code", 1002), ([0x83, 0], "an unknown kind of frame", 1002),
        ] as [([UInt8], String, UInt16)]
    )
    func `a server that breaks the protocol is told so and left`(
        bytes: [UInt8],
        words: String,
        code: UInt16
    ) async throws {
        let server = try await PeerServer(sending: bytes)
        let (ending, messages) = try await outcome(server)
        #expect(ending == WebSocketEnding(.fault, words) && messages.isEmpty)
        var iterator = server.heard.makeAsyncIterator()
        guard case .frame(8, let payload, true)? = await iterator.next() else {
            Issue.record("no goodbye")
            return
        }
        #expect(payload.prefix(2) == [UInt8(code >> 8), UInt8(code & 0xFF)])
    }

    @Test func `many pieces are no way around the limit`() async throws {
        let piece = [0x01, 126, 1, 144] + [UInt8](repeating: 65, count: 400)
        let next = [0x00] + piece.dropFirst()
        let (ending, messages) = try await outcome(try await PeerServer(sending: piece + next + next))
        #expect(ending == WebSocketEnding(.fault, "at most 1000 bytes") && messages.isEmpty)
    }

    @Test func `half a frame and then nothing is no message`() async throws {
        let server = try await PeerServer(
            sending: text("one") + text("", first: 0x89) + [0x81, 5, 65],
            closes: .afterFirstFrame
        )
        let (ending, messages) = try await outcome(server)
        #expect(ending.reason == .cut && messages == ["one"])
    }

    // MARK: Our side

    @Test func `what is sent arrives masked, and closing waits for the server's goodbye`() async throws {
        let server = try await PeerServer()
        let connector = WebSocketConnector(settings: settings())
        let ear = Ear()
        let url = try #require(WebSocketURL(server.address))
        async let ending = connector.run(url, opened: { ear.open($0) }, receive: { ear.hear($0) })
        for await line in ear.opened {
            line.send("hello")
            line.close()
            // Nothing goes out after a goodbye.
            line.send("too late")
            break
        }
        // The server never answers the goodbye, which does not keep us.
        #expect(await ending == WebSocketEnding(.ours, "closed by us"))
        var heard: [PeerServer.Heard] = []
        for await one in server.heard {
            heard.append(one)
            if one == .closed { break }
        }
        #expect(
            heard == [
                .frame(opcode: 1, payload: Array("hello".utf8), isMasked: true),
                .frame(opcode: 8, payload: [3, 0xE8], isMasked: true), .closed,
            ]
        )
        await connector.shutdown()
        try await server.stop()
    }

    @Test(arguments: [PeerServer.Answer.agree(), .nothing])
    func `a task that is cancelled ends its connection, open or not`(answer: PeerServer.Answer) async throws {
        let server = try await PeerServer(answer)
        let connector = WebSocketConnector(settings: settings { $0.openLimit = .seconds(50) })
        let url = try #require(WebSocketURL(server.address))
        let task = Task { await connector.run(url, opened: { _ in }, receive: { _ in }) }
        while server.heads.isEmpty { await Task.yield() }
        task.cancel()
        #expect(await task.value.reason == .ours)
        await connector.shutdown()
        try await server.stop()
    }

    @Test func `a client that is shut down cuts what is open and opens nothing more`() async throws {
        let server = try await PeerServer()
        let connector = WebSocketConnector(settings: settings())
        let ear = Ear()
        let url = try #require(WebSocketURL(server.address))
        async let ending = connector.run(url, opened: { ear.open($0) }, receive: { ear.hear($0) })
        for await _ in ear.opened { break }
        await connector.shutdown()
        #expect(await ending.reason == .cut)
        #expect(await connector.run(url, opened: { _ in }, receive: { _ in }).reason == .ours)
        try await server.stop()
    }

    // MARK: Addresses

    @Test(arguments: [
        ("ws://h", "h:80", "/"), ("wss://H.example/ws?x=1", "h.example:443", "/ws?x=1"),
        ("wss://h:9443/a/b", "h:9443", "/a/b"), ("ws://[::1]:8/", "[::1]:8", "/"),
    ])
    func `addresses are taken apart`(text: String, host: String, target: String) throws {
        let url = try #require(WebSocketURL(text))
        #expect(url.allowedHost == host && url.target == target && url.isSecure == text.hasPrefix("wss"))
    }

    @Test(arguments: ["", "http://h/", "ws:/h", "ws://", "wss://user:secret@h/", "ws://h:0/", "ws://h/a b"])
    func `what is no address of a WebSocket is none`(text: String) {
        #expect(WebSocketURL(text) == nil)
    }

    @Test(.enabled(if: TLSTestServer.isAvailable, "needs /usr/bin/openssl and /usr/bin/python3"))
    func `over TLS only certificates of the authorities that are trusted count`() async throws {
        let server = try await TLSTestServer.start(http2: false)
        func ending(_ host: String, _ authority: String) async throws -> WebSocketEnding {
            let connector = WebSocketConnector(settings: settings { $0.caBundle = authority })
            let url = try #require(WebSocketURL("wss://\(host):\(server.port)/"))
            let ending = await connector.run(url, opened: { _ in }, receive: { _ in })
            await connector.shutdown()
            return ending
        }
        // It speaks no WebSocket: that it has answered at all shows that TLS was agreed on.
        #expect(try await ending("localhost", server.authority).description == "answered 200 instead of 101")
        #expect(try await ending("localhost", "").reason == .unreachable)
        #expect(try await ending("127.0.0.1", server.authority).reason == .unreachable)
        #expect(try await ending("localhost", "/nonexistent.pem").reason == .unavailable)
    }
}
