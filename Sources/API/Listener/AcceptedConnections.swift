import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// How accepted connections are served: as HTTP/1.1, from the moment somebody takes them up.
///
/// The server queues connections between accepting and serving them, and drops the queue when it is cancelled. A
/// connection whose asynchronous channel exists by then traps, and with it the whole process. So that channel is made
/// only by whoever serves the connection, and one that nobody serves closes by itself.
struct AcceptedConnections: ServerChildChannel {
    /// A connection that waits to be served.
    final class Accepted: ServerChildChannelValue {
        let channel: any Channel

        init(_ channel: any Channel) { self.channel = channel }

        deinit { channel.close(promise: nil) }
    }

    let http: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Accepted> {
        channel.eventLoop.makeCompletedFuture {
            // Nothing is read before there is somebody to read it, and what is read all the same is kept.
            try channel.syncOptions?.setOption(.autoRead, value: false)
            try channel.pipeline.syncOperations.addHandler(EarlyInput())
            return Accepted(channel)
        }
    }

    func handle(value: Accepted, logger: Logger) async {
        let channel = value.channel
        // It closes the connection when it goes.
        defer { withExtendedLifetime(value) {} }
        do {
            let connection = try await channel.eventLoop.flatSubmit { prepare(channel, logger) }.get()
            await withTaskExecutorPreference(LoopExecutor(channel.eventLoop)) {
                await http.handle(value: connection, logger: logger)
            }
        } catch {
            // It was closed before it could be served; `Accepted` lets go of what is left of it.
            logger.trace("a connection was not served", metadata: ["error": "\(error)"])
        }
    }

    private func prepare(_ channel: any Channel, _ logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        let ready = http.setup(channel: channel, logger: logger)
        return channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(UpgradeGuard(decoder), position: .after(decoder))
            pipeline.removeHandler(try pipeline.handler(type: EarlyInput.self), promise: nil)
            try channel.syncOptions?.setOption(.autoRead, value: true)
        }.flatMap { ready }
    }
}
