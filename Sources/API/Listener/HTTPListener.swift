import HTTPTypes
import Hummingbird
package import Logging

/// The one HTTP listener: it serves a table of routes.
package struct HTTPListener: Sendable {
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

    private let address: Address
    private let table: RouteTable
    private let admission: Admission
    private let onAnswer: @Sendable (_ route: String, _ status: Int, _ took: Duration) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - address: where to listen.
    ///   - table: what to serve.
    ///   - authenticate: finds out whom a credential stands for.
    ///   - onAnswer: told of every answer: its route's path (`none` for unknown paths), its status, and how long it took.
    ///   - logger: told of what went wrong inside.
    package init(
        address: Address,
        table: RouteTable,
        authenticate: @escaping Authenticator,
        onAnswer: @escaping @Sendable (_ route: String, _ status: Int, _ took: Duration) -> Void,
        logger: Logger
    ) {
        self.address = address
        self.table = table
        admission = Admission(authenticate: authenticate)
        self.onAnswer = onAnswer
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

    private func router() -> Router<APIContext> {
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: AnswerCount(onAnswer: onAnswer))
        router.add(middleware: AnswerHeaders())
        router.add(middleware: ErrorAnswers(table: table, logger: logger))
        for route in table.routes {
            guard let method = HTTPRequest.Method(rawValue: route.method) else { continue }
            router.on(RouterPath(route.path), method: method) { [admission] request, context in
                try await route.respond(request, try await admission.call(for: route, request, context))
            }
        }
        return router
    }
}
