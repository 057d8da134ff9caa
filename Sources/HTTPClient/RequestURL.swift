import CCurl

/// A URL taken apart by libcurl's own parser, so that what is checked is what will be asked.
package struct RequestURL: Hashable, Sendable {
    /// The whole URL as libcurl writes it, without a fragment.
    package let text: String
    /// `http` or `https`.
    package let scheme: String
    /// Lower case, without a final dot; an IPv6 address stands in brackets.
    package let host: String
    package let port: Int
    /// Where a connection leads: requests with the same origin share connections.
    package let origin: String

    /// Reads an absolute URL; `nil` when it is malformed, has another scheme, or carries credentials.
    package init?(_ text: String) { self.init(text, relativeTo: nil) }

    /// Reads the target of a redirect, which may leave out everything that stays the same.
    package init?(_ target: String, relativeTo base: RequestURL?) {
        guard !target.isEmpty, target.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else { return nil }
        guard let handle = curl_url() else { return nil }
        defer { curl_url_cleanup(handle) }
        let flags = UInt32(CURLU_DISALLOW_USER)
        if let base, curl_url_set(handle, CURLUPART_URL, base.text, flags) != CURLUE_OK { return nil }
        guard curl_url_set(handle, CURLUPART_URL, target, flags) == CURLUE_OK,
            curl_url_set(handle, CURLUPART_FRAGMENT, nil, 0) == CURLUE_OK,
            let scheme = Self.part(CURLUPART_SCHEME, of: handle)?.lowercased(), scheme == "http" || scheme == "https",
            var host = Self.part(CURLUPART_HOST, of: handle)?.lowercased(),
            let port = Self.part(CURLUPART_PORT, of: handle, UInt32(CURLU_DEFAULT_PORT)).flatMap(Int.init),
            (1...65_535).contains(port)
        else { return nil }
        if host.hasSuffix(".") { host.removeLast() }
        // Non-ASCII names have several spellings, so they are only taken in their ASCII form.
        guard Self.isHostName(host), let text = Self.part(CURLUPART_URL, of: handle) else { return nil }
        self.text = text
        self.scheme = scheme
        self.host = host
        self.port = port
        origin = "\(scheme)://\(host):\(port)"
    }

    /// Whether the text can be a host: letters, digits, dots and dashes, or an IPv6 address in brackets.
    static func isHostName(_ text: some StringProtocol) -> Bool {
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
        guard !text.isEmpty, !text.hasPrefix("."), text.utf8.count <= 255 else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ":"): isBracketed
            default: false
            }
        }
    }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer, _ flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
