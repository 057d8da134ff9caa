import Hummingbird
package import Logging

/// The HTTP listener for operators and monitoring: `/health`, `/metrics`, `/version`.
///
/// It knows nothing of actors: what it answers comes from the closures it is given, which must not block.
package struct OperationsServer: Sendable {
    /// Where to listen.
    package struct Address: Hashable, Sendable {
        package let host: String
        /// 0 lets the system choose; the chosen one is reported by `onListening`.
        package let port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// What the routes answer from.
    package struct Sources: Sendable {
        package let health: @Sendable () -> HealthAnswer
        /// Prometheus text exposition, format 0.0.4.
        package let metrics: @Sendable () -> String
        package let version: String
        /// Told of every answer: its route (`none` for unknown paths), its status, and how long it took.
        package let onAnswer: @Sendable (_ route: String, _ status: Int, _ took: Duration) -> Void

        package init(
            health: @escaping @Sendable () -> HealthAnswer,
            metrics: @escaping @Sendable () -> String,
            version: String,
            onAnswer: @escaping @Sendable (_ route: String, _ status: Int, _ took: Duration) -> Void
        ) {
            self.health = health
            self.metrics = metrics
            self.version = version
            self.onAnswer = onAnswer
        }
    }

    private let address: Address
    private let sources: Sources
    private let logger: Logger

    package init(address: Address, sources: Sources, logger: Logger) {
        self.address = address
        self.sources = sources
        self.logger = logger
    }

    /// Listens until the task is cancelled.
    ///
    /// - Parameter onListening: called once with the bound port, when connections are accepted.
    /// - Throws: when the address cannot be bound.
    package func run(onListening: @escaping @Sendable (Int) -> Void) async throws {
        let application = Application(
            router: router(),
            configuration: .init(address: .hostname(address.host, port: address.port), serverName: "cryptocall"),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            logger: logger
        )
        try await application.run()
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.add(middleware: AnswerCount(onAnswer: sources.onAnswer))
        router.add(middleware: ErrorBody())
        router.get("health") { _, _ in try sources.health().response() }
        router.get("metrics") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: sources.metrics()))
            )
        }
        router.get("version") { _, _ in try JSONAnswer.response(VersionAnswer(version: sources.version)) }
        return router
    }
}

private struct VersionAnswer: Encodable {
    let version: String
}
