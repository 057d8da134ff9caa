import NIOCore
import NIOPosix
import NIOSSL
import Threading

/// Opens WebSockets: the client's front door.
///
/// All of them share one thread, which is started for the first one; so are the certificates that are trusted.
package final class WebSocketConnector: Sendable {
    package struct Settings: Hashable, Sendable {
        /// From the name of the host to the answer that it is a WebSocket.
        package var openLimit: Duration = .seconds(10)
        /// The largest message, and the largest frame.
        package var messageBytesMax = 256 * 1024
        /// A PEM file with the certificate authorities to trust; empty for those of the system.
        package var caBundle = ""
        package var userAgent = "CryptoCallFM"

        package init() {}
    }

    private struct State {
        var group: MultiThreadedEventLoopGroup?
        var tls: NIOSSLContext?
        var isShutDown = false
    }

    private let settings: Settings
    private let state = Mutex(State())

    package init(settings: Settings = Settings()) { self.settings = settings }

    /// Opens a WebSocket, and stays until it has ended; cancelling the task ends it in order.
    ///
    /// Whether the host may be asked at all is the caller's to know.
    ///
    /// - Parameters:
    ///   - url: where.
    ///   - opened: called once, when messages may be sent.
    ///   - receive: called with one message after the other, on the thread that reads: nothing more is read until it
    ///     has returned, so it must not wait for anything.
    /// - Returns: why it has ended.
    package func run(
        _ url: WebSocketURL,
        opened: @escaping @Sendable (WebSocketLine) -> Void,
        receive: @escaping @Sendable ([UInt8]) -> Void
    ) async -> WebSocketEnding {
        guard let eventLoop = eventLoop() else { return WebSocketEnding(.ours, "the network client is shut down") }
        let ended = eventLoop.makePromise(of: WebSocketEnding.self)
        let connection = NIOLoopBoundBox<WebSocketConnection?>.makeEmptyBox(
            valueType: WebSocketConnection.self,
            eventLoop: eventLoop
        )
        eventLoop.execute { [self, settings] in
            let new = WebSocketConnection(
                to: url,
                settings: settings,
                on: eventLoop,
                ended: ended,
                makeTLS: { try self.tls() },
                opened: opened,
                receive: receive
            )
            connection.value = new
            new.start()
        }
        return await withTaskCancellationHandler {
            do {
                return try await ended.futureResult.get()
            } catch {
                return WebSocketEnding(.cut, "the event loop is closed")
            }
        } onCancel: {
            eventLoop.execute { connection.value?.cancel() }
        }
    }

    /// Ends the thread; WebSockets that are open are cut.
    package func shutdown() async {
        let group = state.withLock { state in
            state.isShutDown = true
            defer { state.group = nil }
            return state.group
        }
        guard let group else { return }
        await withCheckedContinuation { continuation in
            // Whatever it says of sockets that were open, they are closed.
            group.shutdownGracefully { _ in continuation.resume() }
        }
    }

    private func eventLoop() -> (any EventLoop)? {
        state.withLock { state in
            guard !state.isShutDown else { return nil }
            let group = state.group ?? MultiThreadedEventLoopGroup(numberOfThreads: 1)
            state.group = group
            return group.next()
        }
    }

    /// Reads the trusted certificates when the first connection needs them: on the streams' own thread, once.
    private func tls() throws -> NIOSSLContext {
        try state.withLock { state in
            if let tls = state.tls { return tls }
            var configuration = TLSConfiguration.makeClientConfiguration()
            if !settings.caBundle.isEmpty { configuration.trustRoots = .file(settings.caBundle) }
            let tls = try NIOSSLContext(configuration: configuration)
            state.tls = tls
            return tls
        }
    }
}
