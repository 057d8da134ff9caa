import NIOCore
import NIOPosix

/// A server that accepts connections, until it is stopped.
package final class RunningFaultServer: Sendable {
    /// The address it listens at.
    package let host: String
    package let port: Int
    private let group: MultiThreadedEventLoopGroup
    private let desk: FaultDesk

    init(channel: any Channel, group: MultiThreadedEventLoopGroup, desk: FaultDesk) {
        host = channel.localAddress?.ipAddress ?? ""
        port = channel.localAddress?.port ?? 0
        self.group = group
        self.desk = desk
    }

    /// From now on requests are answered by this script, from the first of each list.
    package func setScript(_ script: FaultScript) { desk.setScript(script) }

    package var report: FaultReport { desk.report }

    /// Waits for something to have happened.
    ///
    /// - Parameter condition: whether a report tells it.
    /// - Returns: the first report that does.
    /// - Throws: `CancellationError` when the task is cancelled before.
    package func report(where condition: (_ report: FaultReport) -> Bool) async throws -> FaultReport {
        for await report in desk.reports() where condition(report) { return report }
        throw CancellationError()
    }

    /// Forgets what has been, and the requests that are under way.
    package func resetReport() { desk.reset() }

    /// Closes all connections and ends the threads; the report stays as it is.
    package func stop() async {
        desk.stop()
        await RunningFaultServer.shutDown(group)
    }

    static func shutDown(_ group: MultiThreadedEventLoopGroup) async {
        do {
            try await group.shutdownGracefully()
        } catch {
            // It was shut down before.
        }
    }
}
