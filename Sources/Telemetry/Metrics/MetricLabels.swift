/// A label set, and its text in the exposition format.
struct MetricLabels: Hashable, Sendable {
    let pairs: [Pair]
    /// The labels in braces, or nothing when there are none.
    ///
    /// Rendered once, because every scrape needs it.
    let text: String

    struct Pair: Hashable, Sendable {
        let name: String
        let value: String
    }

    init(_ pairs: [Pair]) {
        self.pairs = pairs
        text = pairs.isEmpty ? "" : "{" + pairs.map(MetricLabels.text).joined(separator: ",") + "}"
    }

    /// Joins declared names with values.
    ///
    /// A value that is missing is empty, one too many is left out.
    init(names: [String], values: [String]) {
        self.init(names.enumerated().map { Pair(name: $1, value: $0 < values.count ? values[$0] : "") })
    }

    /// The same names, each with the value `other`.
    var other: MetricLabels { MetricLabels(pairs.map { Pair(name: $0.name, value: "other") }) }

    /// Longer values are cut, so that hostile input cannot swell the scrape.
    private static let valueSizeBytesMax = 200

    private static func text(_ pair: Pair) -> String {
        var escaped = ""
        for scalar in pair.value.unicodeScalars {
            guard escaped.utf8.count < valueSizeBytesMax else { break }
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return "\(pair.name)=\"\(escaped)\""
    }
}
