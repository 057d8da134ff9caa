extension Choice {
    /// No choice takes more.
    package static let textBytesMax = 160

    /// The one way to write it: `yes`, `approve:0,3`, `shares:0=6000,2=4000`, `rank:2,0,1`.
    ///
    /// Options are indexes from 0; parts are basis points. Approvals and shares go by the index, the lowest first.
    package var text: String {
        switch self {
        case .basic(let answer): answer.rawValue
        case .approval(let approvals): "approve:" + approvals.options.map(String.init).joined(separator: ",")
        case .shares(let shares):
            "shares:" + shares.parts.map { "\($0.option)=\($0.basisPoints)" }.joined(separator: ",")
        case .ranking(let ranking): "rank:" + ranking.options.map(String.init).joined(separator: ",")
        }
    }

    /// Reads the text of a choice, and takes no other way of writing it.
    ///
    /// - Parameter text: from outside.
    /// - Throws: what is wrong; whether the options are there is for `check(for:optionCount:)`.
    package init(parsing text: String) throws(BallotError) {
        guard text.utf8.count <= Choice.textBytesMax else { throw .tooLong }
        if let answer = Answer(rawValue: text), answer.rawValue.utf8.elementsEqual(text.utf8) {
            self = .basic(answer)
            return
        }
        let halves = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2 else { throw .unknownForm }
        switch String(halves[0]) {
        case "approve": self = .approval(try Approvals(try Choice.numbers(halves[1])))
        case "shares": self = .shares(try Shares(try Choice.parts(halves[1])))
        case "rank": self = .ranking(try Ranking(try Choice.numbers(halves[1])))
        default: throw .unknownForm
        }
        // Leading zeros and another order say the same, but are not what would have been signed.
        guard self.text.utf8.elementsEqual(text.utf8) else { throw .notCanonical(expected: self.text) }
    }

    private static func entries(_ text: Substring.UTF8View) throws(BallotError) -> [Substring.UTF8View] {
        guard !text.isEmpty else { throw .nothingChosen }
        return text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    }

    private static func numbers(_ text: Substring.UTF8View) throws(BallotError) -> [Int] {
        var numbers: [Int] = []
        for (place, entry) in try entries(text).enumerated() {
            guard let number = number(entry) else { throw .notANumber(place: place) }
            numbers.append(number)
        }
        return numbers
    }

    private static func parts(_ text: Substring.UTF8View) throws(BallotError) -> [Shares.Part] {
        var parts: [Shares.Part] = []
        for (place, entry) in try entries(text).enumerated() {
            let halves = entry.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
            guard halves.count == 2, let option = number(halves[0]), let basisPoints = number(halves[1]) else {
                throw .notANumber(place: place)
            }
            parts.append(Shares.Part(option: option, basisPoints: basisPoints))
        }
        return parts
    }

    /// One to five digits.
    private static func number(_ text: Substring.UTF8View) -> Int? {
        guard (1...5).contains(text.count) else { return nil }
        var value = 0
        for byte in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }
}

extension Choice: CustomStringConvertible {
    package var description: String { text }
}

extension Choice: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(BallotError) {
            self = try Choice(parsing: text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
