package import Bus
import Domain
package import HTTPClient
import Identity
import JSON

/// Checks and reads HeyGen's webhooks.
///
/// Pure. The signature is of the body alone: the time and the event's id that come as headers could be changed by
/// whoever repeats a delivery. So the time only keeps out the careless, and repetitions are known by the body: keep
/// `AvatarEvent.id`, and let an event do no more than make somebody ask.
package struct AvatarWebhook: Sendable {
    package struct Settings: Hashable, Sendable {
        /// Holds the HMAC-SHA256 of the body in hexadecimal digits; older endpoints call it `signature`.
        package var signatureHeader = "Heygen-Signature"
        /// Holds the seconds since 1970; `nil` for endpoints that send none.
        package var timestampHeader: String? = "Heygen-Timestamp"
        /// How far that may be from our time.
        package var tolerance: Duration = .seconds(300)
        package var bodyBytesMax = 256 * 1024

        package init() {}
    }

    package enum Refusal: Error, Hashable, Sendable {
        /// No secret is set, so nothing can be proven.
        case notSetUp
        case tooLarge
        /// The header that should hold a proof is missing, there twice, or unreadable.
        case missing(header: String)
        case wrong
        /// Sent too long ago, or in the future: somebody may be repeating an old one.
        case outOfWindow
        /// The signature holds, and the body is no event.
        case malformed
    }

    private let secrets: [[UInt8]]
    private let settings: Settings

    /// - Parameters:
    ///   - secrets: what only the service and we know; two while it is being changed.
    ///   - settings: where things stand.
    package init(secrets: [[UInt8]], settings: Settings = Settings()) {
        self.secrets = secrets.filter { !$0.isEmpty }
        self.settings = settings
    }

    /// Takes a delivery.
    ///
    /// - Parameters:
    ///   - body: as it came, byte for byte.
    ///   - headers: that came with it.
    ///   - now: what time it is.
    /// - Returns: what it says; nothing of it is read before its signature held.
    /// - Throws: `Refusal`.
    package func event(
        _ body: [UInt8],
        _ headers: HTTPHeaders,
        at now: Timestamp
    ) throws(Refusal) -> AvatarEvent {
        guard !secrets.isEmpty else { throw .notSetUp }
        guard body.count <= settings.bodyBytesMax else { throw .tooLarge }
        let code = try AvatarWebhook.header(settings.signatureHeader, headers)
        guard let proof = AvatarWebhook.bytes(hex: code) else { throw .missing(header: settings.signatureHeader) }
        // All of them are tried, so that the time does not tell which one fitted.
        let fits = secrets.map { secret in
            MessageCode.sha256(of: body, secret: secret).map { MessageCode.areEqual($0, proof) } ?? false
        }
        guard fits.contains(true) else { throw .wrong }
        if let header = settings.timestampHeader {
            let text = try AvatarWebhook.header(header, headers)
            guard let seconds = Int64(text), (0...Int64(1) << 32).contains(seconds) else {
                throw .missing(header: header)
            }
            let age = Timestamp(seconds: seconds).duration(to: now)
            guard age <= settings.tolerance, age >= .zero - settings.tolerance else { throw .outOfWindow }
        }
        return try AvatarWebhook.event(in: body)
    }

    private static func event(in body: [UInt8]) throws(Refusal) -> AvatarEvent {
        guard let told = try? JSONValue(parsing: body), let type = told["event_type"]?.string, !type.isEmpty else {
            throw .malformed
        }
        let data = told["event_data"] ?? .null
        let film = data["video_id"]?.string.flatMap { ServicePath.isPart($0) ? $0 : nil }
        let news: AvatarEvent.News
        switch type {
        case "avatar_video.success":
            guard film != nil else { throw .malformed }
            let address = (data.told("url") ?? data.told("video_url"))?.string
            news = .made(address: address.flatMap { RequestURL($0) == nil ? nil : $0 })
        case "avatar_video.fail":
            guard film != nil else { throw .malformed }
            news = .failed(failure(data))
        default: news = .other
        }
        return AvatarEvent(
            id: id(of: told, body),
            type: SafeText.line(type, hiding: nil),
            film: film,
            order: data["callback_id"]?.string.flatMap { UUIDv7($0) },
            news: news
        )
    }

    private static func failure(_ data: JSONValue) -> AvatarFailure {
        let message = (data.told("msg") ?? data.told("failure_message"))?.string ?? ""
        let fault = ServiceFault(code: data["failure_code"]?.string ?? "", message: message)
        let kind: AvatarFailure.Kind =
            switch fault.kind {
            case .refused: .refused
            case .outOfCredit: .outOfCredit
            default: .failed
            }
        return AvatarFailure(kind, code: fault.code, message: SafeText.line(message, hiding: nil))
    }

    private static func id(of told: JSONValue, _ body: [UInt8]) -> String {
        if let id = told["event_id"]?.string, ServicePath.isPart(id) { return id }
        var hash = SHA256()
        hash.update(body)
        return "sha256:\(hash.hexadecimal())"
    }

    private static func header(_ name: String, _ headers: HTTPHeaders) throws(Refusal) -> String {
        let values = headers.values(for: name)
        guard values.count == 1, let value = values.first, (1...1024).contains(value.utf8.count) else {
            throw .missing(header: name)
        }
        return value
    }

    private static func bytes(hex text: String) -> [UInt8]? {
        guard text.utf8.count == 64 else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in text {
            guard character.isASCII, let digit = character.hexDigitValue.flatMap({ UInt8(exactly: $0) }) else {
                return nil
            }
            if let upper = high {
                bytes.append(upper << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }
}
