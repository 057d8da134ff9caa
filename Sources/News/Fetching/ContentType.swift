/// The header `Content-Type`, as far as it matters here.
struct ContentType: Hashable {
    /// In lower case, without parameters; empty when there is none.
    let name: String
    let charset: String?

    init(_ header: String?) {
        let parts = (header ?? "").split(separator: ";", omittingEmptySubsequences: false)
        name = parts.first.map { String($0.trimmingBlanks).lowercased() } ?? ""
        charset =
            parts.dropFirst().lazy.compactMap { part -> String? in
                let pair = part.split(separator: "=", maxSplits: 1)
                guard pair.count == 2, pair[0].trimmingBlanks.lowercased() == "charset" else { return nil }
                return String(pair[1].trimmingBlanks.filter { $0 != "\"" && $0 != "'" })
            }.first
    }

    /// Whether it may be a feed: many are sent under the type of a page, of a file, or of nothing.
    var mayBeFeed: Bool {
        if name.isEmpty || name.hasPrefix("text/") || name.hasSuffix("xml") { return true }
        return ["application/octet-stream", "binary/octet-stream", "application/x-rss", "unknown/unknown"].contains(
            name
        )
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return self[first...last]
    }
}
