/// The namespaces that mean something in a feed, whatever prefix they have there.
enum FeedNamespace {
    static let atom = "http://www.w3.org/2005/Atom"
    static let content = "http://purl.org/rss/1.0/modules/content/"
    static let dublinCore = "http://purl.org/dc/elements/1.1/"
    static let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    /// RSS 1.0 and the two addresses of 0.9.
    static let rdfItems: Set<String> = [
        "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/",
        "http://channel.netscape.com/rdf/simple/0.9/",
    ]
    static let xml = "http://www.w3.org/XML/1998/namespace"
}

/// What an element inside an item, or beside the items, is for.
enum FeedField: Hashable {
    case title
    case link
    /// Of a feed of RSS: for how many minutes it need not be asked again.
    case timeToLive
    /// Whether it may be taken for a link.
    case id(isLink: Bool)
    case published
    /// Stands for a missing `published`.
    case date
    case updated
    case summary
    case content
    case author
    case category

    /// Bytes that are looked at, markup included.
    var bytesMax: Int {
        switch self {
        case .title: 8_192
        case .link, .id: FeedLink.bytesMax * 2
        case .timeToLive, .published, .date, .updated: 256
        case .summary: 65_536
        case .content: 262_144
        case .author, .category: 1_024
        }
    }
}

/// How the text of a field is written.
enum FeedTextForm: Hashable {
    case plain
    case html
    /// Elements of the document itself.
    case xhtml
}
