import Bus
import HTTPTypes
import Identity

/// How the sender of a webhook proves who it is.
package enum WebhookScheme: String, Hashable, Sendable, CaseIterable {
    /// `Stripe-Signature: t=SECONDS,v1=HEX`: HMAC-SHA256 over the time, a dot, and the body.
    case stripe
    /// `X-Signature: sha256=HEX` and `X-Timestamp: SECONDS`: the same over the same.
    case hmac
    /// `Authorization: SECRET`, also behind `Bearer`: for senders that cannot sign. It proves the sender, not the body.
    case bearer
}

/// Checks the proof that came with a webhook, before anything of the body is read.
struct WebhookSignature: Sendable {
    enum Refusal: Error, Hashable, Sendable {
        /// The header that should hold the proof is missing or unreadable.
        case missing(header: String)
        /// It does not fit the body.
        case wrong
        /// It was made too long ago, or in the future: somebody may be repeating an old one.
        case outOfWindow
    }

    let scheme: WebhookScheme
    let secret: [UInt8]
    /// How far the time of the signature may be from ours.
    let tolerance: Duration

    /// Whether the proof is one of the body, and not of the sender alone.
    var isOfBody: Bool { scheme != .bearer }

    func check(_ body: [UInt8], _ headers: HTTPFields, at now: Timestamp) throws(Refusal) {
        switch scheme {
        case .stripe:
            let parts = try WebhookSignature.parts(of: WebhookSignature.header("stripe-signature", headers))
            guard let time = parts.first(where: { $0.name == "t" })?.value else {
                throw .missing(header: "Stripe-Signature")
            }
            try check(body, time: time, codes: parts.filter { $0.name == "v1" }.map(\.value), at: now)
        case .hmac:
            let text = try WebhookSignature.header("x-signature", headers)
            let time = try WebhookSignature.header("x-timestamp", headers)
            guard text.hasPrefix("sha256=") else { throw .missing(header: "x-signature") }
            try check(body, time: time, codes: [String(text.dropFirst("sha256=".count))], at: now)
        case .bearer:
            var text = try WebhookSignature.header("authorization", headers)
            if text.lowercased().hasPrefix("bearer ") { text = String(text.dropFirst("bearer ".count)) }
            guard MessageCode.areEqual(Array(text.utf8), secret) else { throw .wrong }
        }
    }

    private func check(_ body: [UInt8], time: String, codes: [String], at now: Timestamp) throws(Refusal) {
        guard let seconds = Int64(time), (0...Int64(1) << 40).contains(seconds) else { throw .wrong }
        guard let expected = MessageCode.sha256(of: Array("\(time).".utf8) + body, secret: secret) else {
            throw .wrong
        }
        // Any of them will do: a sender whose secret is being changed signs with both.
        guard
            codes.contains(where: {
                WebhookSignature.bytes(hex: $0).map { MessageCode.areEqual($0, expected) } ?? false
            })
        else { throw .wrong }
        let age = Timestamp(seconds: seconds).duration(to: now)
        guard age <= tolerance, age >= .zero - tolerance else { throw .outOfWindow }
    }

    private static func header(_ name: String, _ headers: HTTPFields) throws(Refusal) -> String {
        let values = HTTPField.Name(name).map { headers[values: $0] } ?? []
        guard values.count == 1, let value = values.first, value.utf8.count <= 1024 else {
            throw .missing(header: name)
        }
        return value
    }

    private static func parts(of text: String) -> [(name: String, value: String)] {
        text.split(separator: ",").prefix(16).compactMap { part in
            let sides = part.split(separator: "=", maxSplits: 1)
            return sides.count == 2 ? (sides[0].filter { !$0.isWhitespace }, String(sides[1])) : nil
        }
    }

    private static func bytes(hex text: String) -> [UInt8]? {
        let digits = text.utf8.map { UInt8(exactly: Character(Unicode.Scalar($0)).hexDigitValue ?? -1) }
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
