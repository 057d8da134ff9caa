import Domain
import JSON

/// Takes the fields of a script apart, and notes what is wrong with them.
struct ScriptReader {
    /// Somebody who gets these mends them before looking for more.
    private static let faultsMax = 50
    private static let namesMax = 40
    private(set) var faults: [ScriptFault] = []

    mutating func note(_ field: String, _ problem: String) {
        if faults.count < Self.faultsMax { faults.append(ScriptFault(field.isEmpty ? "script" : field, problem)) }
    }

    mutating func object(_ value: JSONValue, _ field: String, keys: [String]) -> [String: JSONValue]? {
        guard let object = value.object else {
            note(field, "must be an object")
            return nil
        }
        for key in object.keys.sorted() where !keys.contains(key) {
            let name = String(
                key.unicodeScalars.filter { $0.properties.isAlphabetic || $0 == "_" }.prefix(40).map(Character.init)
            )
            note(field.isEmpty ? name : "\(field).\(name)", "is not known; there are \(keys.joined(separator: ", "))")
        }
        return object
    }

    mutating func list(_ value: JSONValue?, _ field: String, counts: ClosedRange<Int>) -> [JSONValue]? {
        guard let value else {
            note(field, "is missing")
            return nil
        }
        guard let list = value.array else {
            note(field, "must be a list")
            return nil
        }
        guard counts.contains(list.count) else {
            note(field, "has \(list.count) entries, not \(counts.lowerBound) to \(counts.upperBound)")
            return nil
        }
        return list
    }

    // MARK: Texts

    mutating func text(_ value: JSONValue?, _ field: String, charactersMax: Int) -> String? {
        guard let value, !value.isNull else {
            note(field, "is missing")
            return nil
        }
        guard let text = value.string else {
            note(field, "must be a text")
            return nil
        }
        // Bytes first: one character may be of any length, and counting takes its time.
        guard text.utf8.count <= charactersMax * 4, text.count <= charactersMax else {
            note(field, "is longer than \(charactersMax) characters")
            return nil
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            note(field, "must not be empty")
            return nil
        }
        return text
    }

    /// Words on one line, as they are shown.
    mutating func line(_ value: JSONValue?, _ field: String, charactersMax: Int) -> String? {
        guard let text = text(value, field, charactersMax: charactersMax) else { return nil }
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
            // They turn the direction of what stands beside them.
            default: !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value)
            }
        }
        guard isPlain else {
            note(field, "must be one line without control characters")
            return nil
        }
        return text
    }

    mutating func optionalLine(_ value: JSONValue?, _ field: String, charactersMax: Int) -> String? {
        guard let value, !value.isNull else { return nil }
        return line(value, field, charactersMax: charactersMax)
    }

    /// What the renderer calls something: letters, digits, hyphens.
    mutating func name(_ value: JSONValue?, _ field: String) -> String? {
        guard let text = text(value, field, charactersMax: Self.namesMax) else { return nil }
        let isName = text.utf8.allSatisfy { byte in
            let character = Character(Unicode.Scalar(byte))
            return character.isASCII && (character.isLetter || character.isNumber || character == "-")
        }
        guard isName else {
            note(field, "may hold letters, digits and hyphens only")
            return nil
        }
        return text
    }

    mutating func optionalName(_ value: JSONValue?, _ field: String) -> String? {
        guard let value, !value.isNull else { return nil }
        return name(value, field)
    }

    // MARK: Choices and figures

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ value: JSONValue?,
        _ field: String,
        otherwise: Choice
    ) -> Choice? {
        guard let value, !value.isNull else { return otherwise }
        guard let choice = value.string.flatMap(Choice.init(rawValue:)) else {
            note(field, "must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
            return nil
        }
        return choice
    }

    mutating func number(
        _ value: JSONValue?,
        _ field: String,
        in range: ClosedRange<Int>,
        otherwise: Int
    ) -> Int? {
        guard let value, !value.isNull else { return otherwise }
        guard let number = value.int.flatMap(Int.init(exactly:)), range.contains(number) else {
            note(field, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    mutating func pair(_ value: JSONValue?, _ field: String) -> TradingPair? {
        guard let pair = value?.string.flatMap({ $0.utf8.count <= 40 ? TradingPair($0) : nil }) else {
            note(field, "must be a pair such as BTC-USD")
            return nil
        }
        return pair
    }
}
