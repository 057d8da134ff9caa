import HTTPTypes
import Hummingbird
import HummingbirdCore
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

    /// How the listener behaves towards browsers.
    package struct Manners: Hashable, Sendable {
        /// Origins whose pages may read the answers.
        package var origins: Set<String> = []
        /// Whether browsers are told to come by TLS only; for stations behind a proxy that ends TLS.
        package var isSecureOnly = false
        /// Proxies whose word is taken for where a request comes from.
        package var trustedProxies: [AddressRange] = []

        package init() {}
    }

    private let address: Address
    private let table: RouteTable
    private let admission: Admission
    private let manners: Manners
    private let connections: OpenConnections
    private let connectionsMax: Int
    private let onAnswer: @Sendable (_ route: String, _ status: Int, _ took: Duration) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - address: where to listen.
    ///   - table: what to serve.
    ///   - authenticate: finds out whom a credential stands for.
    ///   - gate: counts requests and keeps them within limits.
    ///   - manners: how to behave towards browsers and proxies.
    ///   - connections: keeps account of those that are open, and closes them.
    ///   - connectionsMax: more wait until one of them is closed; live ones count too.
    ///   - onAnswer: told of every answer: its route's path (`none` for unknown paths), its status, and how long it took.
    ///   - logger: told of what went wrong inside.
    package init(
        address: Address,
        table: RouteTable,
        authenticate: @escaping Authenticator,
        gate: LimitGate? = nil,
        manners: Manners = Manners(),
        connections: OpenConnections = OpenConnections(),
        connectionsMax: Int,
        onAnswer: @escaping @Sendable (_ route: String, _ status: Int, _ took: Duration) -> Void,
        logger: Logger
    ) {
        self.address = address
        self.table = table
        admission = Admission(
            authenticate: authenticate,
            gate: gate,
            addresses: ClientAddress(trusted: manners.trustedProxies)
        )
        self.manners = manners
        self.connections = connections
        self.connectionsMax = connectionsMax
        self.onAnswer = onAnswer
        self.logger = logger
    }

    /// Listens until the task is cancelled, or its connections are closed.
    ///
    /// - Parameter onListening: called once with the bound port, when connections are accepted.
    /// - Throws: when the address cannot be bound.
    package func run(onListening: @escaping @Sendable (Int) -> Void) async throws {
        let application = Application(
            responder: RequestTask(inner: router().buildResponder()),
            server: HTTPServerBuilder { [connections] responder in
                AcceptedConnections(
                    http: HTTP1Channel(
                        responder: responder,
                        configuration: .init(
                            additionalChannelHandlers: [PaceHandler(connections: connections)],
                            httpDecoderConfiguration: HTTPListener.headLimits
                        )
                    )
                )
            },
            configuration: .init(
                address: .hostname(address.host, port: address.port),
                serverName: "cryptocall",
                backlog: HTTPListener.backlog,
                availableConnectionsDelegate: MaximumAvailableConnections(connectionsMax, logger: logger)
            ),
            onServerRunning: { [connections, logger] channel in
                let isPausable = channel.eventLoop.submit {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause(logger: logger), position: .first)
                }
                // It fails only when the channel is closed by now.
                isPausable.whenFailure { logger.debug("the listener is gone", metadata: ["error": "\($0)"]) }
                connections.began(channel)
                onListening(channel.localAddress?.port ?? 0)
            },
            logger: serverLogger
        )
        connections.reset()
        do {
            try await application.run()
        } catch {
            // The server calls it unexpected that it ends when its connections are closed.
            guard connections.isClosing else { throw error }
        }
    }

    private var serverLogger: Logger {
        var quiet = logger
        quiet.handler = StopIsNoError(inner: logger.handler)
        return quiet
    }

    /// Connections that may wait to be accepted: many come at once when a station restarts.
    private static let backlog = 4096

    /// More than any of our callers needs, and little enough that thousands of connections fit.
    private static let headLimits = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 16 * 1024,
        maxHeaderListSize: 32 * 1024,
        maxHeaderFieldCount: 100
    )

    private func router() -> Router<APIContext> {
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: AnswerCount(onAnswer: onAnswer, logger: logger))
        router.add(middleware: AnswerHeaders(isSecureOnly: manners.isSecureOnly))
        router.add(middleware: CrossOrigin(origins: manners.origins, table: table))
        router.add(middleware: ErrorAnswers(table: table, logger: logger))
        for route in table.routes {
            guard let method = HTTPRequest.Method(rawValue: route.method) else { continue }
            let names = PathTemplate(route.path).parameters
            router.on(RouterPath(route.path), method: method) { [admission] request, context in
                try await route.respond(request, try await admission.enter(route, names, request, context))
            }
        }
        return router
    }
}
