import Identity
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// A connection that has been given to a live client.
struct LiveConnection: Sendable {
    private let eventLoop: any EventLoop
    private let handler: NIOLoopBound<LiveChannelHandler>
    private let ended: EventLoopFuture<Void>

    /// What a client that takes nothing may leave in the process and in the kernel, in bytes.
    private static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 16 * 1024, high: 32 * 1024)
    private static let socketBufferBytes: ChannelOptions.Types.SocketOption.Value = 64 * 1024
    /// Milliseconds after which a peer that acknowledges nothing counts as gone (Linux, tcp(7)).
    private static let userTimeout = ChannelOptions.socket(6, 18)
    private static let userTimeoutMilliseconds: ChannelOptions.Types.SocketOption.Value = 30_000

    /// Such a client sends little, if anything: no page of memory is kept for it.
    private static let readBuffer = AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 128, maximum: 16 * 1024)

    /// What is asked of a connection.
    struct Request: Sendable {
        let kind: LiveKind
        let place: LivePlace
        let principal: Principal?
        let credentials: Credentials?
        let topics: TopicRequest
        /// The first offset that the client wants from the log; `nil` for none.
        let position: UInt64?
    }

    /// Makes a connection ready for a client; it opens with the head of the answer.
    ///
    /// - Parameters:
    ///   - channel: the connection.
    ///   - request: what is asked of it.
    ///   - hub: where the client belongs.
    /// - Returns: the connection.
    /// - Throws: `APIError` when the connection is closed already.
    static func take(
        _ channel: any Channel,
        for request: Request,
        hub: LiveHub
    ) async throws(APIError) -> LiveConnection {
        do {
            return try await channel.eventLoop.submit { try install(channel, request, hub) }.get()
        } catch {
            // Only a pipeline that has been torn down lacks its handlers.
            throw APIError(.unavailable, "The connection is closed.")
        }
    }

    private static func install(
        _ channel: any Channel,
        _ request: Request,
        _ hub: LiveHub
    ) throws -> LiveConnection {
        guard channel.isActive else { throw ChannelError.ioOnClosedChannel }
        let pipeline = channel.pipeline.syncOperations
        let encoder = try pipeline.handler(type: HTTPResponseEncoder.self)
        try channel.syncOptions?.setOption(.writeBufferWaterMark, value: waterMark)
        try channel.syncOptions?.setOption(ChannelOptions.socketOption(.so_sndbuf), value: socketBufferBytes)
        try channel.syncOptions?.setOption(userTimeout, value: userTimeoutMilliseconds)
        try channel.syncOptions?.setOption(.recvAllocator, value: readBuffer)
        let shard = hub.shard(of: channel.eventLoop)
        let ended = channel.eventLoop.makePromise(of: Void.self)
        let handler = LiveChannelHandler(
            after: request.kind == .events ? .ok : .switchingProtocols,
            encoder: encoder,
            ended: ended
        )
        let client = LiveClient(
            hub.newIdentity(request.kind, request.place),
            line: handler,
            shard: shard,
            principal: request.principal,
            credentials: request.credentials,
            topics: request.topics
        )
        handler.serve(client, readingFrom: request.position)
        do {
            try pipeline.addHandler(handler, position: .after(encoder))
        } catch {
            ended.fail(error)
            throw error
        }
        if request.kind == .socket {
            let frames = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: WebSocketInbound.bytesMax))
            try pipeline.addHandlers([frames, WebSocketInbound(client)], position: .after(encoder))
        }
        return LiveConnection(
            eventLoop: channel.eventLoop,
            handler: NIOLoopBound(handler, eventLoop: channel.eventLoop),
            ended: ended.futureResult
        )
    }

    /// Waits until the connection is closed; ends it when the task is cancelled.
    ///
    /// - Throws: what a future of a closed event loop throws.
    func run() async throws {
        try await withTaskCancellationHandler {
            try await ended.get()
        } onCancel: {
            eventLoop.execute { handler.value.cancel() }
        }
    }
}
