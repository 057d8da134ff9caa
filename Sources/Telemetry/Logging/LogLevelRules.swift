package import Logging

/// Which level each logger has: one for all, and exceptions by label prefix.
package struct LogLevelRules: Hashable, Sendable {
    /// The level of every logger that no exception covers.
    package var base: Logger.Level
    /// By label prefix; a prefix covers itself and what follows it after a dot.
    package var exceptions: [String: Logger.Level]

    package init(base: Logger.Level = .info, exceptions: [String: Logger.Level] = [:]) {
        self.base = base
        self.exceptions = exceptions
    }

    /// Reads `info,market=debug,bus.zeromq=trace`.
    ///
    /// - Throws: `LogLevelError` naming the part that is wrong.
    package init(parsing text: String) throws(LogLevelError) {
        self.init()
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(Self.trimmed)
            guard let word = sides.last, let level = Logger.Level(word) else { throw .unknownLevel(String(part)) }
            if sides.count == 1 {
                base = level
            } else {
                try set(level, for: sides[0])
            }
        }
    }

    /// Sets one exception, or the base level when `prefix` is `nil`.
    package mutating func set(_ level: Logger.Level, for prefix: String?) throws(LogLevelError) {
        guard let prefix else {
            base = level
            return
        }
        guard Self.isLabel(prefix) else { throw .badPrefix(prefix) }
        guard exceptions[prefix] != nil || exceptions.count < Self.exceptionsMax else { throw .tooManyPrefixes }
        exceptions[prefix] = level
    }

    /// The level of a logger: that of the longest prefix that covers its label, else the base.
    package func level(of label: String) -> Logger.Level {
        var prefix = label[...]
        while true {
            if let level = exceptions[String(prefix)] { return level }
            guard let dot = prefix.lastIndex(of: ".") else { return base }
            prefix = prefix[..<dot]
        }
    }

    /// The form that `init(parsing:)` reads.
    package var text: String {
        ([base.rawValue] + exceptions.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.rawValue)" })
            .joined(separator: ",")
    }

    package static let exceptionsMax = 256

    private static func isLabel(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3D }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

/// A log level setting that cannot be used.
package enum LogLevelError: Error, Hashable, CustomStringConvertible {
    case unknownLevel(String)
    case badPrefix(String)
    case tooManyPrefixes

    package var description: String {
        switch self {
        case .unknownLevel(let text):
            "not a log level: \"\(text)\" (one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")))"
        case .badPrefix(let text): "not a logger label: \"\(text)\""
        case .tooManyPrefixes: "more than \(LogLevelRules.exceptionsMax) log level prefixes"
        }
    }
}
