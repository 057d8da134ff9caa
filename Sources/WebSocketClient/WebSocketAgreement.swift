import NIOCore
import NIOHTTP1
import NIOWebSocket

/// What a client sends to ask for a WebSocket, and whether the answer is one (RFC 6455 §4).
struct WebSocketAgreement: Sendable {
    let request: HTTPRequestHead
    /// Who is asked, for what is said of failures.
    let host: String
    private let key: String

    init(_ url: WebSocketURL, userAgent: String) {
        host = url.allowedHost
        key = NIOWebSocketClientUpgrader.randomRequestKey()
        var headers = HTTPHeaders()
        headers.add(name: "Host", value: url.hostField)
        headers.add(name: "Upgrade", value: "websocket")
        headers.add(name: "Connection", value: "Upgrade")
        headers.add(name: "Sec-WebSocket-Key", value: key)
        headers.add(name: "Sec-WebSocket-Version", value: "13")
        headers.add(name: "User-Agent", value: userAgent)
        request = HTTPRequestHead(version: .http1_1, method: .GET, uri: url.target, headers: headers)
    }

    /// - Returns: what is wrong with the answer; `nil` when both have agreed.
    func problem(in answer: HTTPResponseHead) -> WebSocketEnding? {
        guard answer.status == .switchingProtocols else {
            let wait = answer.headers.first(name: "Retry-After").flatMap { Int($0) }.map { Duration.seconds($0) }
            // The phrase beside the number is the server's, and tells nothing.
            return WebSocketEnding(.refused, "answered \(answer.status.code) instead of 101", retryAfter: wait)
        }
        guard answer.headers[canonicalForm: "Upgrade"].map({ $0.lowercased() }) == ["websocket"] else {
            return WebSocketEnding(.badHandshake, "the answer upgrades to something else")
        }
        guard answer.headers[canonicalForm: "Connection"].contains(where: { $0.lowercased() == "upgrade" }) else {
            return WebSocketEnding(.badHandshake, "the answer does not upgrade the connection")
        }
        guard answer.headers["Sec-WebSocket-Accept"].count == 1, acceptsKey(answer) else {
            return WebSocketEnding(.badHandshake, "Sec-WebSocket-Accept does not match the key")
        }
        for name in ["Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"] where answer.headers.contains(name: name) {
            return WebSocketEnding(.badHandshake, "\(name) was not asked for")
        }
        return nil
    }

    private func acceptsKey(_ answer: HTTPResponseHead) -> Bool {
        NIOWebSocketClientUpgrader(
            requestKey: key,
            // Only the check is made by it; the pipeline is ours.
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
        ).shouldAllowUpgrade(upgradeResponse: answer)
    }
}
