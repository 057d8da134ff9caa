import NIOCore
import NIOHTTP1
import NIOPosix

/// A server that pretends to be a provider of models, and misbehaves as its script says.
///
/// For tests and measurements: it keeps no secrets and checks no keys, and belongs on the loopback interface.
package struct FaultServer: Sendable {
    private let script: FaultScript
    private let threads: Int

    /// - Parameters:
    ///   - script: how it behaves at first; later ones that come by HTTP name files beside it.
    ///   - threads: event loops, 1 or more.
    package init(script: FaultScript, threads: Int = 1) {
        self.script = script
        self.threads = threads
    }

    /// Connections that may wait to be accepted: measurements open many at once.
    private static let backlog: Int32 = 4096

    /// Begins to accept connections.
    ///
    /// - Parameters:
    ///   - host: the address to listen at.
    ///   - port: 0 lets the system choose.
    /// - Returns: the server, which has to be stopped.
    /// - Throws: when the address cannot be bound.
    package func start(host: String = "127.0.0.1", port: Int = 0) async throws -> RunningFaultServer {
        let desk = FaultDesk(script)
        let reception = Reception(desk: desk, directory: script.directory)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        do {
            let channel = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: FaultServer.backlog)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                        try pipeline.addHandler(ConnectionHandler(reception))
                    }
                }
                .bind(host: host, port: port)
                .get()
            return RunningFaultServer(channel: channel, group: group, desk: desk)
        } catch {
            await RunningFaultServer.shutDown(group)
            throw error
        }
    }
}
