package import Bus
import Domain
import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore

/// The doors for other services that have something to tell: one for each source in the settings.
package struct WebhookRoutes: Sendable {
    /// A service that may tell something.
    package struct Source: Sendable {
        package let name: String
        let signature: WebhookSignature

        /// - Parameters:
        ///   - name: its name in the path.
        ///   - scheme: how it proves who it is.
        ///   - secret: what only it and the station know.
        ///   - tolerance: how old a proof may be.
        package init(name: String, scheme: WebhookScheme, secret: [UInt8], tolerance: Duration) {
            self.name = name
            signature = WebhookSignature(scheme: scheme, secret: secret, tolerance: tolerance)
        }
    }

    private struct Receipt: Codable, Sendable {
        /// Under which the delivery is kept.
        let id: UUIDv7
        /// `false` for one that had come before: nothing was done again.
        let isNew: Bool

        enum CodingKeys: String, CodingKey {
            case id
            case isNew = "is_new"
        }
    }

    private static let bodyBytesMax = 256 * 1024
    private static let deliveryBytesMax = 200

    private let sources: [Source]
    private let inbox: WebhookInbox
    private let now: @Sendable () -> Timestamp

    package init(sources: [Source], inbox: WebhookInbox, now: @escaping @Sendable () -> Timestamp) {
        self.sources = sources
        self.inbox = inbox
        self.now = now
    }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] { try sources.map(route) }

    private func route(_ source: Source) throws -> Route {
        let receipt = Route.Content(type: Route.json, schema: try RouteSchema(of: Receipt.self))
        return Route(
            method: "POST",
            path: "/api/webhooks/\(source.name)",
            access: .anyone,
            summary: "Takes a delivery of \(source.name), proven by its signature",
            group: "Webhooks",
            limit: .webhook,
            query: nil,
            body: Route.Content(type: Route.json, schema: [:]),
            answers: [Route.Answer(status: 200, summary: "It is kept.", content: receipt)]
        ) { [inbox, now] request, _ in
            let bytes = try await RequestBody.bytes(of: request, bytesMax: WebhookRoutes.bodyBytesMax)
            do throws(WebhookSignature.Refusal) {
                try source.signature.check(bytes, request.headers, at: now())
            } catch {
                throw APIError(error)
            }
            let body: JSONValue
            do throws(JSONSyntaxError) { body = try JSONValue(parsing: bytes) } catch {
                throw APIError(.badRequest, "The body is no JSON: \(error).")
            }
            // Where the body is signed, what is not signed names nothing: the same body under another name is the same.
            let named = source.signature.isOfBody ? nil : request.headers[.eventID]
            let delivery = try WebhookRoutes.delivery(named, body, bytes)
            let text = String(decoding: bytes, as: UTF8.self)
            let taken = try await inbox.take(source: source.name, delivery: delivery, body: text)
            return try JSONAnswer.response(Receipt(id: taken.id, isNew: taken.isNew))
        }
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return "sha256:\(hash.hexadecimal())"
    }

    /// How the sender calls this delivery; by its content when it does not call it anything.
    private static func delivery(_ named: String?, _ body: JSONValue, _ bytes: [UInt8]) throws(APIError) -> String {
        let found = named ?? body["id"]?.string ?? body[0]?["signature"]?.string
        guard let found else { return digest(bytes) }
        guard !found.isEmpty, found.utf8.count <= deliveryBytesMax else {
            throw APIError(faults: [InputFault(field: "id", message: "must have 1 to \(deliveryBytesMax) bytes")])
        }
        return found
    }
}

extension APIError {
    fileprivate init(_ refusal: WebhookSignature.Refusal) {
        switch refusal {
        case .missing(let header): self.init(.unauthorized, "The header \(header) is missing or cannot be read.")
        case .wrong: self.init(.unauthorized, "The signature does not fit.")
        case .outOfWindow: self.init(.unauthorized, "The signature is too old, or a clock is wrong.")
        }
    }
}
