/// Which topics a client wants: the full topics (`family.noun.verb[.subject]`) that begin with one of these texts.
struct TopicFilter: Hashable, Sendable {
    /// The most prefixes and groups of one client.
    static let prefixesMax = 32

    /// In order, without those that another one covers.
    let prefixes: [String]

    init(_ prefixes: some Sequence<String>) {
        var kept: [String] = []
        // Whatever begins with a prefix stands right behind it.
        for prefix in Set(prefixes).sorted() where kept.last.map(prefix.hasPrefix) != true { kept.append(prefix) }
        self.prefixes = kept
    }

    func matches(_ topic: String) -> Bool { prefixes.contains(where: topic.hasPrefix) }

    /// The longest text that all of them begin with.
    var commonPrefix: String {
        guard let first = prefixes.first, let last = prefixes.last else { return "" }
        // In order, so the first and the last differ the most.
        return String(zip(first, last).prefix { $0 == $1 }.map(\.0))
    }

    /// What is wrong with a prefix that somebody sent; `nil` when nothing is.
    static func fault(of prefix: String) -> String? {
        guard !prefix.isEmpty else { return "must not be empty" }
        guard prefix.utf8.count <= 200 else { return "must have at most 200 bytes" }
        let isPlain = prefix.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "._-".unicodeScalars.contains(scalar))
        }
        return isPlain ? nil : "may hold only letters, digits, dots, hyphens and underscores"
    }
}
