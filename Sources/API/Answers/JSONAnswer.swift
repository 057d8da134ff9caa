import HTTPTypes
import Hummingbird
import JSON

/// How answers become JSON.
enum JSONAnswer {
    static let contentType = "application/json; charset=utf-8"

    static func bytes(_ value: some Encodable) throws -> [UInt8] {
        // It knows how to write itself, without the detour by way of an encoder.
        if let value = value as? JSONValue { return value.bytes }
        var bytes: [UInt8] = []
        try OnePassEncoder().encodeAny(value, to: &bytes)
        return bytes
    }

    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status,
            headers: [.contentType: contentType, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: try bytes(value)))
        )
    }
}
