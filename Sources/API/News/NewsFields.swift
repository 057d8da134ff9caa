import Domain

/// The code of a coin, such as `BTC`: 1 to 12 letters and digits.
struct CoinCode: Codable, Hashable, Sendable, SchemaLeaf {
    static let schema: SchemaNode = [
        "type": "string", "minLength": 1, "maxLength": 12, "pattern": "^[A-Za-z0-9]+$",
    ]
    static let sample = CoinCode(text: "BTC")

    /// In capital letters.
    let text: String

    private init(text: String) { self.text = text }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        text = try container.decode(String.self).uppercased()
        guard (1...12).contains(text.utf8.count), text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no code of a coin")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// A text to judge: 1 to 20,000 characters.
struct JudgedText: Codable, Hashable, Sendable, SchemaLeaf {
    static let charactersMax = 20_000
    static let schema: SchemaNode = ["type": "string", "minLength": 1, "maxLength": .whole(charactersMax)]
    static let sample = JudgedText(text: "x")

    let text: String

    private init(text: String) { self.text = text }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        text = try container.decode(String.self)
        guard (1...JudgedText.charactersMax).contains(text.count) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "too short or too long")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
