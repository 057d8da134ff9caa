import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Threading

/// A server that answers the request for a WebSocket as a test wants, then sends bytes as they are given.
final class PeerServer: Sendable {
    enum Answer: Sendable {
        /// As it should be, with more header lines.
        case agree([String] = [])
        /// With the right key under another head: `%` stands for the key's answer.
        case head(String)
        case nothing
    }

    enum Closing: Sendable {
        case never
        case afterAnswering
        case afterFirstFrame
    }

    /// What a client has sent after the request.
    enum Heard: Hashable, Sendable {
        case frame(opcode: UInt8, payload: [UInt8], isMasked: Bool)
        case closed
    }

    let port: Int
    /// What the clients do, one after the other.
    let heard: AsyncStream<Heard>
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let listener: any Channel
    private let requests: Requests

    final class Requests: Sendable {
        let all = Mutex<[String]>([])
    }

    /// - Parameters:
    ///   - answer: to the request for a WebSocket.
    ///   - bytes: what is sent right after it, in the same packet.
    ///   - closes: when the connection is closed.
    /// - Throws: when no port can be bound.
    init(_ answer: Answer = .agree(), sending bytes: [UInt8] = [], closes: Closing = .never) async throws {
        let (heard, teller) = AsyncStream.makeStream(of: Heard.self, bufferingPolicy: .bufferingOldest(1000))
        let requests = Requests()
        listener = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        PeerHandler(answer, bytes, closes: closes, teller, requests)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = listener.localAddress?.port ?? 0
        self.heard = heard
        self.requests = requests
    }

    /// The heads of the requests.
    var heads: [String] { requests.all.withLock { $0 } }

    var address: String { "ws://127.0.0.1:\(port)/stream?a=b" }

    func stop() async throws { try await group.shutdownGracefully() }
}

private final class PeerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: PeerServer.Answer
    private let bytes: [UInt8]
    private let closes: PeerServer.Closing
    private let teller: AsyncStream<PeerServer.Heard>.Continuation
    private let requests: PeerServer.Requests
    private var received: [UInt8] = []
    private var hasAnswered = false

    init(
        _ answer: PeerServer.Answer,
        _ bytes: [UInt8],
        closes: PeerServer.Closing,
        _ teller: AsyncStream<PeerServer.Heard>.Continuation,
        _ requests: PeerServer.Requests
    ) {
        self.answer = answer
        self.bytes = bytes
        self.closes = closes
        self.teller = teller
        self.requests = requests
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += Array(PeerHandler.unwrapInboundIn(data).readableBytesView)
        if !hasAnswered { return readHead(context) }
        while let frame = takeFrame() {
            teller.yield(frame)
            if closes == .afterFirstFrame { context.close(promise: nil) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) { teller.yield(.closed) }

    private func readHead(_ context: ChannelHandlerContext) {
        let text = String(decoding: received, as: UTF8.self)
        guard text.hasSuffix("\r\n\r\n") else { return }
        received = []
        hasAnswered = true
        requests.all.withLock { $0.append(text) }
        let lines = text.split(separator: "\r\n")
        let key = lines.first { $0.hasPrefix("Sec-WebSocket-Key: ") }.map { String($0.dropFirst(19)) } ?? ""
        switch answer {
        case .nothing: return
        case .head(let head): accept(key, context) { self.send(head.replacing("%", with: $0), context) }
        case .agree(let more):
            accept(key, context) { accepted in
                let head = [
                    "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                    "Sec-WebSocket-Accept: \(accepted)",
                ]
                self.send((head + more).joined(separator: "\r\n") + "\r\n\r\n", context)
            }
        }
    }

    private func send(_ head: String, _ context: ChannelHandlerContext) {
        var buffer = ByteBuffer(string: head)
        buffer.writeBytes(bytes)
        context.writeAndFlush(PeerHandler.wrapOutboundOut(buffer), promise: nil)
        if closes == .afterAnswering { context.close(promise: nil) }
    }

    /// The library's own answer to a key.
    private func accept(_ key: String, _ context: ChannelHandlerContext, _ then: @escaping (String) -> Void) {
        var request = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        request.headers = ["Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13"]
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
        )
        upgrader.buildUpgradeResponse(channel: context.channel, upgradeRequest: request, initialResponseHeaders: [:])
            .assumeIsolated()
            .whenSuccess { headers in then(headers.first(name: "Sec-WebSocket-Accept") ?? "") }
    }

    /// Frames of clients here are short.
    private func takeFrame() -> PeerServer.Heard? {
        guard received.count >= 2 else { return nil }
        let isMasked = received[1] & 0x80 != 0
        let (length, start) = (Int(received[1] & 0x7F), isMasked ? 6 : 2)
        guard length < 126, received.count >= start + length else { return nil }
        let payload = received[start..<start + length].enumerated().map { place, byte in
            isMasked ? byte ^ received[2 + place % 4] : byte
        }
        let frame = PeerServer.Heard.frame(opcode: received[0] & 0x0F, payload: payload, isMasked: isMasked)
        received.removeFirst(start + length)
        return frame
    }
}
