import BusZeroMQ
import JSON

/// The parameters of one request, read by name and type.
///
/// Every fault names its field, and a parameter that nobody reads is refused, so that a misspelt one is not ignored.
struct ControlParameters: Sendable {
    private let values: [String: JSONValue]

    init(_ values: [String: JSONValue]) { self.values = values }

    /// - Throws: `-32602` for the first parameter that is not among those the method knows.
    func only(_ known: String...) throws(JSONRPCError) {
        for name in values.keys.sorted() where !known.contains(name) {
            let expected = known.isEmpty ? "this method takes none" : "it takes \(known.joined(separator: ", "))"
            throw .badParameters(name, "unknown parameter \(name); \(expected)")
        }
    }

    func text(_ name: String, sizeBytesMax: Int = 1024) throws(JSONRPCError) -> String {
        guard let text = try optionalText(name, sizeBytesMax: sizeBytesMax) else {
            throw .badParameters(name, "\(name) is missing")
        }
        return text
    }

    func optionalText(_ name: String, sizeBytesMax: Int = 1024) throws(JSONRPCError) -> String? {
        guard let value = values[name], !value.isNull else { return nil }
        guard let text = value.string else { throw .badParameters(name, "\(name) must be a text") }
        guard text.utf8.count <= sizeBytesMax else {
            throw .badParameters(name, "\(name) is longer than \(sizeBytesMax) bytes")
        }
        return text
    }

    func number(_ name: String, in range: ClosedRange<Int64>, otherwise standard: Int64? = nil) throws(JSONRPCError)
        -> Int64
    {
        guard let value = values[name], !value.isNull else {
            if let standard { return standard }
            throw .badParameters(name, "\(name) is missing")
        }
        guard let number = value.int, range.contains(number) else {
            throw .badParameters(
                name,
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    func flag(_ name: String, otherwise standard: Bool = false) throws(JSONRPCError) -> Bool {
        guard let value = values[name], !value.isNull else { return standard }
        guard let flag = value.bool else { throw .badParameters(name, "\(name) must be true or false") }
        return flag
    }

    func list(_ name: String, count: ClosedRange<Int>) throws(JSONRPCError) -> [JSONValue] {
        guard let list = values[name]?.array, count.contains(list.count) else {
            throw .badParameters(name, "\(name) must be a list of \(count.lowerBound) to \(count.upperBound) elements")
        }
        return list
    }

    /// A JSON object; an empty one when there is none.
    func object(_ name: String) throws(JSONRPCError) -> JSONValue {
        guard let value = values[name], !value.isNull else { return .object([:]) }
        guard value.object != nil else { throw .badParameters(name, "\(name) must be an object") }
        return value
    }
}
