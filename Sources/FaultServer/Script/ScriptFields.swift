import JSON

/// The members of one object of a script; whatever is wrong with one is told with its name.
struct ScriptFields {
    private let members: [String: JSONValue]
    private let path: String

    /// - Parameters:
    ///   - value: the object.
    ///   - path: where it stands in the script.
    /// - Throws: `ScriptError` when it is no object.
    init(_ value: JSONValue, path: String) throws(ScriptError) {
        guard let members = value.object else { throw ScriptError(field: path, message: "is not an object") }
        self.members = members
        self.path = path
    }

    subscript(name: String) -> JSONValue? { members[name] }

    var names: [String] { members.keys.sorted() }

    /// Where a member stands in the script.
    func path(of name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    func error(_ name: String, _ message: String) -> ScriptError {
        ScriptError(field: path(of: name), message: message)
    }

    /// A field that nobody reads is a mistake.
    func allow(only known: Set<String>) throws(ScriptError) {
        guard let unknown = names.first(where: { !known.contains($0) }) else { return }
        throw error(unknown, "is not known here; known are \(known.sorted().joined(separator: ", "))")
    }

    func required(_ name: String) throws(ScriptError) -> JSONValue {
        guard let value = members[name] else { throw error(name, "is missing") }
        return value
    }

    func text(_ name: String) throws(ScriptError) -> String? {
        guard let value = members[name] else { return nil }
        guard let text = value.string else { throw error(name, "is not a text") }
        return text
    }

    func flag(_ name: String) throws(ScriptError) -> Bool? {
        guard let value = members[name] else { return nil }
        guard let flag = value.bool else { throw error(name, "is neither true nor false") }
        return flag
    }

    func count(_ name: String, in range: ClosedRange<Int>) throws(ScriptError) -> Int? {
        guard let value = members[name] else { return nil }
        guard let count = value.int.flatMap({ Int(exactly: $0) }), range.contains(count) else {
            throw error(name, "is not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return count
    }

    /// A duration in milliseconds, parts of one included; none when it is missing.
    func milliseconds(_ name: String) throws(ScriptError) -> Duration {
        guard let value = members[name] else { return .zero }
        guard let number = value.double, (0...ScriptFields.millisecondsMax).contains(number) else {
            throw error(name, "is not a number from 0 to \(Int(ScriptFields.millisecondsMax))")
        }
        return .microseconds(Int64((number * 1000).rounded()))
    }

    /// A day.
    private static let millisecondsMax = 86_400_000.0

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        of type: Choice.Type = Choice.self
    ) throws(ScriptError) -> Choice? {
        guard let word = try text(name) else { return nil }
        guard let choice = Choice(rawValue: word) else {
            throw error(name, "is none of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }
}
