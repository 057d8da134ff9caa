/// An event type's frozen name, `family.noun.verb`, such as `market.price.ticked`.
///
/// Once released a topic never changes its meaning: a new shape is a new version of it.
public struct Topic: Hashable, Sendable {
    let symbol: Symbol

    /// - Parameter text: two or more segments of `[a-z0-9_]` joined by dots, at most 120 bytes, so that a subject
    ///   fits behind it.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        guard text.contains("."), !text.hasPrefix("."), !text.hasSuffix("."), !text.contains(".."),
            let symbol = Symbol(interning: text, sizeBytesMax: Topic.sizeBytesMax, isAllowed: Topic.isAllowed)
        else { return nil }
        self.symbol = symbol
    }

    init(symbol: Symbol) { self.symbol = symbol }

    public static let sizeBytesMax = 120

    public var text: String { symbol.text }

    /// The first segment: who speaks of what (`market`, `system`, `vote` …).
    public var family: Substring { text.prefix { $0 != "." } }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }
}

extension Topic: ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral text: StaticString) {
        guard let topic = Topic(text.description) else { preconditionFailure("not a topic: \(text)") }
        self = topic
    }

    public var description: String { text }
}

/// What an event is about, where one topic has several: a trading pair, a channel, a queue, a provider.
///
/// Subjects come from small closed sets, because each has its own sequence and, for state events, its own last value.
public struct Subject: Hashable, Sendable {
    let symbol: Symbol

    /// - Parameter text: letters, digits, `-` and `_`; at most 64 bytes.
    public init?(_ text: some StringProtocol) {
        guard let symbol = Symbol(interning: String(text), sizeBytesMax: 64, isAllowed: Subject.isAllowed) else {
            return nil
        }
        self.symbol = symbol
    }

    init(symbol: Symbol) { self.symbol = symbol }

    public var text: String { symbol.text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

extension Subject: ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral text: StaticString) {
        guard let subject = Subject(text.description) else { preconditionFailure("not a subject: \(text)") }
        self = subject
    }

    public var description: String { text }
}

/// A topic with its subject: what subscribers filter on and what a sequence number counts.
public struct FullTopic: Hashable, Sendable {
    public let topic: Topic
    public let subject: Subject?

    public init(_ topic: Topic, _ subject: Subject? = nil) {
        self.topic = topic
        self.subject = subject
    }

    /// The longest full topic the wire carries; longer subscriptions are refused.
    public static let sizeBytesMax = 200

    /// `topic` or `topic.subject`.
    public var text: String {
        guard let subject else { return topic.text }
        return "\(topic.text).\(subject.text)"
    }
}
