/// Numbers the tool calls of a streamed answer, whatever the server numbers them.
///
/// Servers that speak this grammar leave the index out, begin at 1, or send every call at index 0; what they all do is to
/// give a new call a new id.
struct ToolCallNumbers: Hashable, Sendable {
    private struct Known: Hashable {
        let number: Int
        let id: String?
    }

    /// By the index that the server uses.
    private var known: [Int: Known] = [:]
    private var count = 0

    /// - Parameters:
    ///   - index: the server's, or the place in its list.
    ///   - id: of the call; with its first piece only, and empty for some servers.
    /// - Returns: the number of the call, and whether it begins with this piece.
    mutating func number(at index: Int, id: String?) -> (number: Int, isNew: Bool) {
        let id = id.flatMap { $0.isEmpty ? nil : $0 }
        if let call = known[index], id == nil || call.id == id { return (call.number, false) }
        defer {
            known[index] = Known(number: count, id: id)
            count += 1
        }
        return (count, true)
    }
}
