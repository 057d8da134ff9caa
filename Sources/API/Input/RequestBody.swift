import HTTPTypes
import Hummingbird
import JSON
import NIOCore

/// No body is taken.
package struct NoBody: Decodable, Hashable, Sendable {
    private enum Key: CodingKey {}

    package init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: Key.self) }
}

/// Reads what a request carries, within bounds.
enum RequestBody {
    /// - Throws: `APIError`: `.unsupportedMediaType`, `.tooLarge`, `.badRequest` for what is no JSON.
    static func json(of request: Request, bytesMax: Int) async throws(APIError) -> JSONValue {
        guard isJSON(request.headers[.contentType]) else {
            throw APIError(.unsupportedMediaType, "The body must be \(Route.json).")
        }
        let bytes = try await bytes(of: request, bytesMax: bytesMax)
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw APIError(.badRequest, "The body is no JSON: \(error).")
        }
    }

    /// - Throws: `APIError`: `.tooLarge`, or `.badRequest` when the request breaks off.
    static func bytes(of request: Request, bytesMax: Int) async throws(APIError) -> [UInt8] {
        // Known beforehand, it need not be read first.
        if let text = request.headers[.contentLength], let length = Int(text), length > bytesMax {
            throw tooLarge(bytesMax)
        }
        do {
            return Array(try await request.body.collect(upTo: bytesMax).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge(bytesMax)
        } catch {
            throw APIError(.badRequest, "The body broke off.")
        }
    }

    /// - Throws: `APIError` with `.badRequest` when there is a body after all: its sender thinks that it says something.
    static func refuseAny(of request: Request) async throws(APIError) {
        guard try await bytes(of: request, bytesMax: Route.bodyBytesMax).isEmpty else {
            throw APIError(.badRequest, "This takes no body.")
        }
    }

    private static func tooLarge(_ bytesMax: Int) -> APIError {
        APIError(.tooLarge, "The body is larger than the \(bytesMax) bytes that this takes.")
    }

    private static func isJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        let parts = contentType.split(separator: ";").map { $0.trimmingPrefix(while: \.isWhitespace).lowercased() }
        guard let type = parts.first, type == Route.json || (type.hasPrefix("application/") && type.hasSuffix("+json"))
        else { return false }
        // JSON is UTF-8; whoever says that theirs is something else would be misread.
        return parts.dropFirst().allSatisfy {
            !$0.hasPrefix("charset=") || $0 == "charset=utf-8" || $0 == "charset=\"utf-8\""
        }
    }
}
