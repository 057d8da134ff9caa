import Domain
package import JSON

/// Reads a value out of somebody's input and lists everything that is wrong with it.
///
/// A type describes its fields once, by being `Decodable`: from that the published schema is recorded, and here the same
/// code reads them. A field that is missing or wrong is noted, and a sample of its type takes its place, so that reading
/// goes on to the next one. The value is handed out only when nothing was noted.
package enum InputDecoder {
    /// Where the input comes from.
    package enum Form: Hashable, Sendable {
        case json
        /// Every value is a text: of a query, for one.
        case texts
    }

    /// - Throws: `APIError` with all faults, or with `.internalError` for a type that cannot be read at all.
    package static func decode<Value: Decodable>(
        _ type: Value.Type,
        from input: JSONValue,
        form: Form = .json
    ) throws(APIError) -> Value {
        let reading = Reading(form: form)
        do {
            let value = try reading.read(type, input, at: FieldPath())
            guard reading.faults.isEmpty else { throw APIError(faults: reading.faults) }
            return value
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.internalError, "The input cannot be read.")
        }
    }
}

/// Where a field is.
struct FieldPath: Hashable, Sendable {
    private(set) var text = ""

    func member(_ name: String) -> FieldPath { FieldPath(text: text.isEmpty ? name : "\(text).\(name)") }
    func element(_ index: Int) -> FieldPath { FieldPath(text: "\(text)[\(index)]") }
}

/// One reading of one input.
final class Reading {
    /// More are not listed: an input that is wrong all over is wrong in the same way.
    static let faultsMax = 50

    let form: InputDecoder.Form
    private(set) var faults: [InputFault] = []

    init(form: InputDecoder.Form) { self.form = form }

    func note(_ path: FieldPath, _ message: String) {
        guard faults.count < Reading.faultsMax else { return }
        faults.append(InputFault(field: path.text.isEmpty ? "body" : path.text, message: message))
    }

    /// - Throws: only what says that the type cannot be read, whatever the input.
    func read<Value: Decodable>(_ type: Value.Type, _ input: JSONValue?, at path: FieldPath) throws -> Value {
        let sample = try SchemaRecorder.shape(of: type)
        guard let input else {
            note(path, "is missing")
            return sample.value
        }
        if type is any SchemaLeaf.Type { return readLeaf(type, input, at: path, sample) }
        if let value = Primitive.read(type, input, form: form) { return value }
        if let expected = Primitive.name(of: type) {
            note(path, "must be \(expected)")
            return sample.value
        }
        let asked = AskedNames()
        let value = try Value(from: InputValueDecoder(reading: self, input: input, path: path, asked: asked))
        // A name that is written wrong would otherwise be lost without a word.
        for name in (input.object ?? [:]).keys.sorted() where !asked.names.contains(name) {
            note(path.member(name), "is not known here")
        }
        return value
    }

    private func readLeaf<Value: Decodable>(
        _ type: Value.Type,
        _ input: JSONValue,
        at path: FieldPath,
        _ sample: (schema: SchemaNode, value: Value)
    ) -> Value {
        do {
            return try Value(from: LeafDecoder(input: input, form: form))
        } catch {
            note(path, Expectation.text(of: sample.schema))
            return sample.value
        }
    }
}

/// The fields that a type has asked for.
final class AskedNames {
    var names: Set<String> = []
}

/// What a schema asks for, in words.
enum Expectation {
    static func text(of schema: SchemaNode) -> String {
        if case .array(let names)? = schema["enum"] {
            let texts = names.compactMap { if case .text(let text) = $0 { text } else { nil } }
            return "must be one of \(texts.joined(separator: ", "))"
        }
        if let bounds = bounds(schema, "minLength", "maxLength") { return "must have \(bounds) characters" }
        if let bounds = bounds(schema, "minimum", "maximum") { return "must be a number from \(bounds)" }
        if case .text(let format)? = schema["format"] { return "must be a \(format)" }
        if case .text(let pattern)? = schema["pattern"] { return "must match \(pattern)" }
        return "is not as it should be"
    }

    private static func bounds(_ schema: SchemaNode, _ lower: String, _ upper: String) -> String? {
        guard case .whole(let least)? = schema[lower], case .whole(let most)? = schema[upper] else { return nil }
        return "\(least) to \(most)"
    }
}

/// The plain values of JSON.
enum Primitive {
    static func name(of type: Any.Type) -> String? {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is Double.Type, is Float.Type: "a number"
        case is any FixedWidthInteger.Type: "a whole number"
        default: nil
        }
    }

    static func read<Value>(_ type: Value.Type, _ input: JSONValue, form: InputDecoder.Form) -> Value? {
        let text = form == .texts ? input.string : nil
        switch type {
        case is String.Type: return input.string as? Value
        case is Bool.Type: return (text.map(truth) ?? input.bool) as? Value
        case is Double.Type:
            return (text.map { Double($0) } ?? input.double).flatMap { $0.isFinite ? $0 : nil } as? Value
        case is Float.Type:
            return (text.map { Double($0) } ?? input.double).flatMap { $0.isFinite ? Float($0) : nil } as? Value
        case let whole as any FixedWidthInteger.Type:
            return (text.map { Int64($0) } ?? input.int).flatMap { whole.exactly($0) } as? Value
        default: return nil
        }
    }
}

extension Primitive {
    /// A truth value as people and programs write it behind a question mark.
    private static func truth(_ text: String) -> Bool? {
        switch text {
        case "true", "1": true
        case "false", "0": false
        default: nil
        }
    }
}

extension FixedWidthInteger {
    fileprivate static func exactly(_ value: Int64) -> Any? { Self(exactly: value) }
}
