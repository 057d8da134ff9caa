import CCurl

/// The options of a request that are mostly the same for the next one, so that they are set only when they change.
struct RequestShape: Equatable {
    /// The three ways in which libcurl makes a request.
    enum Form {
        case get
        case head
        /// With a body, though it may be empty.
        case post

        /// Choosing one also undoes the others.
        var option: CURLoption {
            switch self {
            case .get: CURLOPT_HTTPGET
            case .head: CURLOPT_NOBODY
            case .post: CURLOPT_POST
            }
        }
    }

    let form: Form
    /// The method where it is not the form's own.
    private let otherMethod: String?
    private let isSecure: Bool
    private let connectMilliseconds: Int
    private let bodyBytesMax: Int

    init(_ request: PreparedRequest) {
        let method = request.method
        let ownMethod: HTTPMethod
        if method == .head {
            (form, ownMethod) = (.head, .head)
        } else if request.wire.bodyCount > 0 || [.post, .put, .patch].contains(method) {
            (form, ownMethod) = (.post, .post)
        } else {
            (form, ownMethod) = (.get, .get)
        }
        otherMethod = method == ownMethod ? nil : method.rawValue
        isSecure = request.url.scheme == "https"
        connectMilliseconds = max(1, Int(request.limits.connectSeconds * 1_000))
        // The announced length of an answer without a body limits nothing.
        bodyBytesMax = form == .head ? 0 : request.limits.bodyBytesMax
    }

    /// Sets the options; false when libcurl refuses one.
    func apply(to easy: UnsafeMutableRawPointer) -> Bool {
        let results = [
            ccurl_set_long(easy, form.option, 1),
            ccurl_set_text(easy, CURLOPT_CUSTOMREQUEST, otherMethod),
            ccurl_set_long(easy, CURLOPT_HTTP_VERSION, isSecure ? ccurl_http_any_over_tls : ccurl_http_1_1),
            // Over TLS, wait for the first connection to say whether it takes more than one request.
            ccurl_set_long(easy, CURLOPT_PIPEWAIT, isSecure ? 1 : 0),
            // libcurl divides this among the addresses of a name; the limit itself is kept by `Deadlines`.
            ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, connectMilliseconds),
            ccurl_set_size(easy, CURLOPT_MAXFILESIZE_LARGE, bodyBytesMax),
        ]
        return results.allSatisfy { $0 == CURLE_OK }
    }
}
