import Threading

/// Who published an event: the name of an actor, of a child process, or of a foreign publisher's key.
///
/// Names are interned: the value is four bytes, so an envelope stays free of reference counts. They come from small
/// closed sets (the supervision tree, the configured keys), and the table that holds them never shrinks.
public struct ActorName: Hashable, Sendable {
    let symbol: Symbol

    /// `nil` when the text breaks the rule or the table of names is full.
    ///
    /// - Parameter text: lower-case letters, digits, `-`, `_` and `.`; at most 64 bytes.
    public init?(_ text: some StringProtocol) {
        guard let symbol = Symbol(interning: String(text), sizeBytesMax: 64, isAllowed: ActorName.isAllowed) else {
            return nil
        }
        self.symbol = symbol
    }

    init(symbol: Symbol) { self.symbol = symbol }

    /// The name as it was given.
    public var text: String { symbol.text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }
}

extension ActorName: ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral text: StaticString) {
        guard let name = ActorName(text.description) else {
            preconditionFailure("not an actor name: \(text)")
        }
        self = name
    }

    public var description: String { text }
}

extension ActorName: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let name = ActorName(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an actor name: \(text)")
        }
        self = name
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
