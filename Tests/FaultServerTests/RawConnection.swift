import NIOCore
import NIOPosix

/// A connection that sends what it is told and shows what comes, as it comes.
final class RawConnection {
    enum End: Hashable {
        case closed
        case reset
    }

    fileprivate enum Arrival: Sendable {
        case bytes([UInt8])
        case end(End)
    }

    private let channel: any Channel
    private var arrivals: AsyncStream<Arrival>.Iterator
    /// Everything that has come.
    private(set) var bytes: [UInt8] = []
    private(set) var end: End?

    init(port: Int) async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Arrival.self)
        channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Arrivals(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .get()
        arrivals = stream.makeAsyncIterator()
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)).get() }

    /// Reads until the server ends the connection.
    func readToEnd() async { await read { _ in false } }

    /// Reads until what has come is enough, or the server ends the connection.
    func read(until isEnough: (_ bytes: [UInt8]) -> Bool) async {
        while end == nil, !isEnough(bytes), let arrival = await arrivals.next(isolation: #isolation) {
            switch arrival {
            case .bytes(let more): bytes += more
            case .end(let end): self.end = end
            }
        }
    }

    func read(until part: String) async { await read { String(decoding: $0, as: UTF8.self).contains(part) } }

    /// Reads one answer whose length its head tells, and takes it out of what has come.
    func readAnswer() async -> RawAnswer? {
        await read { RawAnswer($0)?.isComplete ?? false }
        guard let answer = RawAnswer(bytes) else { return nil }
        bytes.removeFirst(answer.byteCount)
        return answer
    }

    func close() async {
        do {
            try await channel.close().get()
        } catch {
            // It was closed already.
        }
    }
}

private final class Arrivals: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let continuation: AsyncStream<RawConnection.Arrival>.Continuation
    private var isReset = false

    init(_ continuation: AsyncStream<RawConnection.Arrival>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        continuation.yield(.bytes(Array(unwrapInboundIn(data).readableBytesView)))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isReset = true
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        continuation.yield(.end(isReset ? .reset : .closed))
        continuation.finish()
    }
}
