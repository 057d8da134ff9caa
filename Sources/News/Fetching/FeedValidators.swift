package import HTTPClient

/// What a site has said of the version that was read last, so that it need not send it again.
///
/// Whoever fetches a feed keeps it between two times.
package struct FeedValidators: Codable, Hashable, Sendable {
    /// Bytes; a longer one is not kept.
    private static let bytesMax = 1_024

    package private(set) var entityTag: String?
    package private(set) var lastModified: String?

    /// Nothing is known: the feed is sent whole.
    package init() {}

    /// - Parameter headers: of the answer that brought the feed.
    package init(_ headers: HTTPHeaders) {
        entityTag = FeedValidators.kept(headers["ETag"])
        lastModified = FeedValidators.kept(headers["Last-Modified"])
    }

    package var isEmpty: Bool { entityTag == nil && lastModified == nil }

    /// The header fields that ask for something newer only.
    var conditions: HTTPHeaders {
        var headers = HTTPHeaders()
        if let entityTag { headers["If-None-Match"] = entityTag }
        if let lastModified { headers["If-Modified-Since"] = lastModified }
        return headers
    }

    /// What can be sent back as it came.
    private static func kept(_ value: String?) -> String? {
        guard let value, !value.isEmpty, value.utf8.count <= bytesMax,
            value.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        return value
    }
}
