/// Decides what follows an answer of status 301, 302, 303, 307 or 308.
enum Redirect {
    /// Header fields that may go to another host; the others could hold a secret.
    private static let harmless: Set<String> = ["accept", "accept-language", "content-type", "range", "user-agent"]

    /// The request to make next; `nil` when the answer is final.
    ///
    /// - Throws: `redirectRefused` when the target is malformed, less secure than the origin, or one too many.
    static func next(after request: HTTPRequest, _ head: ResponseHead) throws(HTTPClientError) -> HTTPRequest? {
        let status = head.status
        guard [301, 302, 303, 307, 308].contains(status), let location = head.headers["location"] else { return nil }
        guard request.redirectsMax > 0 else {
            throw HTTPClientError(.redirectRefused, "too many redirects", requestWasSent: true)
        }
        guard let origin = RequestURL(request.url), let target = RequestURL(location, relativeTo: origin) else {
            throw HTTPClientError(.redirectRefused, "the target is not an http or https URL", requestWasSent: true)
        }
        guard target.scheme == "https" || origin.scheme == "http" else {
            throw HTTPClientError(.redirectRefused, "the target leaves https", requestWasSent: true)
        }
        var next = request
        next.url = target.text
        next.redirectsMax -= 1
        let keepsMethod = status == 307 || status == 308 || request.method == .get || request.method == .head
        if !keepsMethod {
            next.method = .get
            next.body = []
            next.headers["content-type"] = nil
        }
        if target.origin != origin.origin {
            next.headers = HTTPHeaders(next.headers.fields.filter { harmless.contains($0.name.lowercased()) })
        }
        return next
    }
}
