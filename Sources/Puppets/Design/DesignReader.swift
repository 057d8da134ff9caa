import Drawing
import JSON

/// Reads a value of a design strictly, and knows where it stands.
struct DesignReader {
    let value: JSONValue
    var part: String
    var field: String

    init(_ value: JSONValue, part: String = "", field: String = "") {
        self.value = value
        self.part = part
        self.field = field
    }

    func problem(_ problem: String) -> PuppetDesignError {
        PuppetDesignError(part: part, field: field, problem: problem)
    }

    // MARK: Objects and lists

    /// - Parameter known: every other name is a mistake.
    /// - Returns: the members.
    /// - Throws: `PuppetDesignError`.
    func members(_ known: Set<String>) throws(PuppetDesignError) -> [String: JSONValue] {
        guard let members = value.object else { throw problem("must be an object") }
        if let strange = members.keys.filter({ !known.contains($0) }).min() {
            throw at(strange).problem("is not known here")
        }
        return members
    }

    /// The member with a name.
    func at(_ name: String) -> DesignReader {
        DesignReader(value[name] ?? .null, part: part, field: field.isEmpty ? name : "\(field).\(name)")
    }

    /// The member with a name as a part of its own, which errors name.
    func partAt(_ name: String) -> DesignReader {
        DesignReader(value[name] ?? .null, part: part.isEmpty ? name : "\(part) \(name)")
    }

    func has(_ name: String) -> Bool { value[name] != nil }

    func elements(_ counts: ClosedRange<Int>) throws(PuppetDesignError) -> [DesignReader] {
        guard let elements = value.array else { throw problem("must be a list") }
        guard counts.contains(elements.count) else {
            throw problem("must have \(counts.lowerBound) to \(counts.upperBound) elements")
        }
        return elements.enumerated().map { index, element in
            DesignReader(element, part: part, field: "\(field)[\(index)]")
        }
    }

    // MARK: Plain values

    func text(bytesMax: Int = 64) throws(PuppetDesignError) -> String {
        guard let text = value.string, !text.isEmpty else { throw problem("must be a text") }
        guard text.utf8.count <= bytesMax else { throw problem("must not be longer than \(bytesMax) bytes") }
        return text
    }

    func number(_ range: ClosedRange<Double>) throws(PuppetDesignError) -> Double {
        guard let number = value.double else { throw problem("must be a number") }
        guard range.contains(number) else {
            throw problem("must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func flag() throws(PuppetDesignError) -> Bool {
        if value.isNull { return false }
        guard let flag = value.bool else { throw problem("must be true or false") }
        return flag
    }

    /// Two numbers, as `[x, y]`.
    func point() throws(PuppetDesignError) -> Point {
        guard let pair = value.array, pair.count == 2, let x = pair[0].double, let y = pair[1].double,
            DesignLimits.places.contains(x), DesignLimits.places.contains(y)
        else { throw problem("must be two numbers from \(DesignLimits.placesText)") }
        return Point(x, y)
    }

    /// Points as a text of numbers: `x y x y`.
    func points(_ counts: ClosedRange<Int>) throws(PuppetDesignError) -> [Point] {
        var numbers: [Double] = []
        for word in try text(bytesMax: DesignLimits.outlineBytes).split(whereSeparator: { $0 == " " || $0 == "," }) {
            guard let number = Double(word), DesignLimits.places.contains(number) else {
                throw problem("\"\(word)\" is no number from \(DesignLimits.placesText)")
            }
            numbers.append(number)
        }
        guard numbers.count.isMultiple(of: 2) else { throw problem("lacks the y of its last point") }
        guard counts.contains(numbers.count / 2) else {
            throw problem(
                counts.count == 1
                    ? "must have \(counts.lowerBound) points, not \(numbers.count / 2)"
                    : "must have \(counts.lowerBound) to \(counts.upperBound) points, not \(numbers.count / 2)"
            )
        }
        return stride(from: 0, to: numbers.count, by: 2).map { Point(numbers[$0], numbers[$0 + 1]) }
    }
}
