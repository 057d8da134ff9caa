import HTTPTypes
import Hummingbird

/// What a page route answers with: a page, or the way to another one.
struct PageAnswer: Sendable {
    let status: HTTPResponse.Status
    let markup: Markup
    var headers: HTTPFields = [:]

    init(_ markup: Markup, status: HTTPResponse.Status = .ok) {
        self.status = status
        self.markup = markup
    }

    /// Sends the browser to another page, which it then gets.
    static func seeOther(_ path: OwnPath) -> PageAnswer {
        var answer = PageAnswer(.empty, status: .seeOther)
        answer.headers[.location] = path.text
        return answer
    }

    /// What the pages may load, and where they may lead: nothing but what is ours.
    static let contentPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        // Sound comes from the stream, or from a script of ours that feeds the player.
        "media-src 'self' blob:",
        "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    ].joined(separator: "; ")

    static let contentType = "text/html; charset=utf-8"

    var response: Response {
        var fields = headers
        fields[.contentSecurityPolicy] = PageAnswer.contentPolicy
        // With no referrer at all, browsers hide the origin of forms too, and ours could not be told from others'.
        fields[.referrerPolicy] = "same-origin"
        // A page shows one moment, often of one person.
        fields[.cacheControl] = "no-store"
        guard !markup.isEmpty else { return Response(status: status, headers: fields) }
        fields[.contentType] = PageAnswer.contentType
        return Response(status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(string: markup.html)))
    }
}
