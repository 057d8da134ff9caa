import HTTPClient

/// One way to write the address of a page, whoever links to it: the first key of a piece of news.
///
/// Scheme and host are in lower case; the scheme's own port, the fragment, parameters that say where a reader comes from,
/// and a slash at the end are gone; what is escaped without need is plain. Parameters keep their order.
package struct CanonicalURL: Hashable, Sendable {
    /// Bytes; longer ones are no addresses of news.
    package static let bytesMax = FeedLink.bytesMax

    /// Parameters that say nothing of the page, besides those that begin with `utm_`.
    package static let trackingParameters: Set<String> = [
        "_ga", "_hsenc", "_hsmi", "cmpid", "dclid", "fb_action_ids", "fb_ref", "fb_source", "fbclid", "gbraid", "gclid",
        "gclsrc", "guccounter", "icid", "igsh", "igshid", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "ncid",
        "oly_anon_id", "oly_enc_id", "ref", "ref_src", "ref_url", "referrer", "s_cid", "spm", "taid", "twclid",
        "vero_conv", "vero_id", "wbraid", "wickedid", "yclid",
    ]

    package let text: String

    /// - Parameters:
    ///   - url: an absolute address; `nil` comes of everything but `http` and `https`.
    ///   - trackingParameters: names in lower case.
    package init?(_ url: String, trackingParameters: Set<String> = CanonicalURL.trackingParameters) {
        guard let url = FeedLink.url(url) else { return nil }
        let port = url.port == (url.scheme == "https" ? 443 : 80) ? "" : ":\(url.port)"
        let rest = url.text[(url.text.firstRange(of: "://")?.upperBound ?? url.text.startIndex)...]
            .drop { $0 != "/" && $0 != "?" }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path = CanonicalURL.plain(parts[0])
        while path.hasSuffix("/") { path.removeLast() }
        let query = parts.count > 1 ? parts[1] : ""
        let parameters = query.split(separator: "&").filter { parameter in
            let name = parameter.prefix { $0 != "=" }.lowercased()
            return !name.hasPrefix("utm_") && !trackingParameters.contains(name)
        }
        let kept = parameters.isEmpty ? "" : "?" + parameters.map(CanonicalURL.plain).joined(separator: "&")
        text = "\(url.scheme)://\(url.host)\(port)\(path.isEmpty ? "/" : path)\(kept)"
    }

    /// Letters, digits and `-._~` need no percents; the digits of all others are in upper case.
    private static func plain(_ text: Substring) -> String {
        var (bytes, rest) = ([UInt8](), Array(text.utf8)[...])
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), let high = rest.first.flatMap(digit),
                let low = rest.dropFirst().first.flatMap(digit)
            else {
                bytes.append(byte)
                continue
            }
            rest = rest.dropFirst(2)
            let value = high << 4 | low
            if isUnreserved(value) {
                bytes.append(value)
            } else {
                bytes += [byte, FeedLink.hexadecimal[Int(high)], FeedLink.hexadecimal[Int(low)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || "-._~".utf8.contains(byte)
    }
}

extension CanonicalURL: CustomStringConvertible {
    package var description: String { text }
}
