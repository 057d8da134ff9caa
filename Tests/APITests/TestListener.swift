import Bus
import Domain
import HTTPClient
import Identity
import JSON
import Logging
import Testing
import Threading

@testable import API

/// A listener on a port of its own, and a client that asks it.
enum TestListener {
    /// Asks the listener.
    struct Ask: Sendable {
        let transport: CurlTransport
        let port: Int

        func callAsFunction(
            _ method: HTTPMethod,
            _ path: String,
            _ headers: HTTPHeaders = [:],
            _ body: String? = nil
        ) async throws -> HTTPResponse {
            let url = "http://127.0.0.1:\(port)\(path)"
            return try await transport.send(
                HTTPRequest(method, url, headers: headers, body: body.map { Array($0.utf8) } ?? [])
            )
        }
    }

    /// Tokens of this form stand for somebody: `role/scope,scope`, or `role` alone for a session; behind another slash
    /// may stand a tier.
    static let authenticator: Authenticator = { credentials throws(APIError) in
        let text =
            switch credentials {
            case .bearer(let text), .browser(let text): text
            }
        let parts = text.split(separator: "/")
        guard let role = parts.first.flatMap({ Role(rawValue: String($0)) }) else { throw .unknownCredential }
        let id = UUIDv7(high: 7, low: 8)
        let scopes = parts.count > 1 ? parts[1].split(separator: ",").compactMap { Scope(rawValue: String($0)) } : []
        return Principal(
            userID: id,
            email: "\(role.rawValue)@example.org",
            role: role,
            tier: parts.count > 2 ? Tier(rawValue: String(parts[2])) ?? .free : .free,
            proof: parts.count > 1 ? .key(id, scopes: Set(scopes)) : .session(id)
        )
    }

    /// Serves routes while the body runs.
    ///
    /// - Parameters:
    ///   - table: what is served.
    ///   - authenticate: tells whom a credential stands for.
    ///   - manners: how it behaves towards browsers.
    ///   - connections: keeps account of those that are open.
    ///   - connectionsMax: how many there may be.
    ///   - onAnswer: told of every answer.
    ///   - body: asks.
    /// - Throws: what the body throws.
    static func serving(
        _ table: RouteTable,
        authenticate: @escaping Authenticator = authenticator,
        manners: HTTPListener.Manners = HTTPListener.Manners(),
        connections: OpenConnections = OpenConnections(),
        connectionsMax: Int = 1000,
        onAnswer: @escaping @Sendable (_ route: String, _ status: Int, _ took: Duration) -> Void = { _, _, _ in },
        _ body: (_ ask: Ask) async throws -> Void
    ) async throws {
        let listener = HTTPListener(
            address: HTTPListener.Address(host: "127.0.0.1", port: 0),
            table: table,
            authenticate: authenticate,
            manners: manners,
            connections: connections,
            connectionsMax: connectionsMax,
            onAnswer: onAnswer,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await listener.run { port.yield($0) } }
            var iterator = ports.makeAsyncIterator()
            let number = try #require(await iterator.next())
            var config = HTTPClientConfig()
            config.allowedHosts = ["127.0.0.1:\(number)"]
            let transport = try CurlTransport(config: config)
            try await body(Ask(transport: transport, port: number))
            await transport.shutdown()
            group.cancelAll()
            // Ends by the cancellation.
            _ = await group.nextResult()
        }
    }
}
