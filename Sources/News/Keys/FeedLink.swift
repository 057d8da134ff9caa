import HTTPClient

/// Makes an address of what a feed calls a link.
enum FeedLink {
    static let bytesMax = 2_048

    /// Reads a link by the rules of libcurl, which would follow it.
    ///
    /// - Parameters:
    ///   - text: what stands in the feed; blanks around it and line ends in it mean nothing.
    ///   - base: what a relative one is relative to.
    /// - Returns: an `http` or `https` URL in ASCII, without a fragment; `nil` for everything else.
    static func url(_ text: String, relativeTo base: RequestURL? = nil) -> RequestURL? {
        guard text.utf8.count <= bytesMax * 2 else { return nil }
        let escaped = escaped(text.trimmingSpaces)
        guard !escaped.isEmpty, let url = RequestURL(escaped, relativeTo: base), url.text.utf8.count <= bytesMax else {
            return nil
        }
        return url
    }

    /// Puts in percents what may not stand in an address, and undoes what was escaped twice.
    private static func escaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        for byte in text.replacing("&amp;", with: "&").utf8 {
            switch byte {
            case 0x09, 0x0A, 0x0D: continue
            case 0...0x20, 0x7F..., UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"),
                UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
                bytes.append(UInt8(ascii: "%"))
                bytes.append(hexadecimal[Int(byte >> 4)])
                bytes.append(hexadecimal[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static let hexadecimal = Array("0123456789ABCDEF".utf8)
}
