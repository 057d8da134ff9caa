import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOWebSocket

extension LiveRoutes {
    /// The WebSocket (RFC 6455): every message, either way, is a text with one JSON object that has a `type`.
    ///
    /// A client logs in with a header, with the console's cookie from the console's own pages, or with its first message;
    /// without, it may follow what is public.
    var socket: Route {
        Route(
            method: "GET",
            path: "/ws",
            access: .anyone,
            summary: "Live updates over a WebSocket: subscribe, unsubscribe, auth, get_stats, ping",
            group: LiveRoutes.group,
            limit: .publicData,
            query: nil,
            body: nil,
            answers: [
                Route.Answer(status: 101, summary: "The connection is a WebSocket from now on.", content: nil),
                Route.Answer(status: 426, summary: "This was no request for a WebSocket.", content: nil),
            ]
        ) { [self] request, call in try await upgrade(request, call) }
    }

    private func upgrade(_ request: Request, _ call: Route.Call) async throws -> Response {
        _ = try InputDecoder.decode(NoQuery.self, from: try QueryInput(request.uri.query).value, form: .texts)
        let credentials = try Credentials.shown(in: request.headers)
        let accept = try await LiveRoutes.handshake(request, call.channel)
        if case .browser = credentials { try LiveRoutes.checkOrigin(of: request) }
        let connection = try await LiveConnection.take(
            call.channel,
            for: LiveConnection.Request(
                kind: .socket,
                place: try hub.place(for: call.address),
                principal: call.principal,
                credentials: credentials,
                topics: .nothing,
                position: nil
            ),
            hub: hub
        )
        return Response(
            status: .switchingProtocols,
            headers: accept,
            body: .init { _ in try await connection.run() }
        )
    }

    /// - Returns: the headers with which a WebSocket is agreed on.
    /// - Throws: `APIError`: `.upgradeRequired` when none was asked for, `.badRequest` when the request for it is broken.
    private static func handshake(_ request: Request, _ channel: any Channel) async throws(APIError) -> HTTPFields {
        guard request.method == .get, request.headers[.upgrade]?.lowercased() == "websocket" else {
            throw APIError(.upgradeRequired, "This path is a WebSocket.")
        }
        guard let key = request.headers[.secWebSocketKey], LiveRoutes.isKey(key) else {
            throw APIError(.badRequest, "Sec-WebSocket-Key must be 16 bytes in Base64.")
        }
        // Behind a body the connection would still be read as HTTP.
        guard request.headers[.transferEncoding] == nil, request.headers[.contentLength] ?? "0" == "0" else {
            throw APIError(.badRequest, "A request for a WebSocket has no body.")
        }
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: request.uri.path)
        for field in request.headers { head.headers.add(name: field.name.canonicalName, value: field.value) }
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            // Only the answer is made by it; the pipeline is ours.
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
        )
        let agreed: HTTPHeaders
        do {
            agreed = try await upgrader.buildUpgradeResponse(
                channel: channel,
                upgradeRequest: head,
                initialResponseHeaders: [:]
            ).get()
        } catch {
            throw APIError(.badRequest, "A WebSocket needs Sec-WebSocket-Key, and Sec-WebSocket-Version 13.")
        }
        var headers = HTTPFields()
        for (name, value) in agreed {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return headers
    }

    /// Whether a text is the Base64 of 16 bytes, as RFC 6455 §4.2.1 wants it.
    private static func isKey(_ text: String) -> Bool {
        text.utf8.count == 24 && text.hasSuffix("==")
            && text.utf8.dropLast(2).allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
    }

    /// A page of somebody else may make a browser send our cookie, but not say that it comes from us.
    ///
    /// - Throws: `APIError` with `.forbidden`.
    private static func checkOrigin(of request: Request) throws(APIError) {
        let host = request.head.authority ?? ""
        let own = ["https://", "http://"].map { $0 + host }
        guard !host.isEmpty, let origin = request.headers[.origin], own.contains(origin) else {
            throw APIError(.forbidden, "A WebSocket with a cookie opens only from the station's own pages.")
        }
    }
}
