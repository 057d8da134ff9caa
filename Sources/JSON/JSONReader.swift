/// Reads JSON texts, one after the other, as places in them.
///
/// For texts that are read once and thrown away, thousands of them in a second: a tree of values would cost more than
/// the reading itself. The whole text is checked all the same, once. What the places stand in is kept for the next text,
/// so that reading takes no memory.
@usableFromInline
package struct JSONReader: Sendable {
    /// Room for places, whatever it holds.
    @usableFromInline var room = JSONReader.room(64)

    /// Texts that need more are so rare that their room is given back.
    @usableFromInline static let keptMax = 4096

    package init() {}

    @usableFromInline
    static func room(_ count: Int) -> [JSONPlace] {
        Array(repeating: JSONPlace(.null, isPlain: true, 0, 0, JSONPlace.Name(), link: 0), count: count)
    }

    /// Reads a text that is one object or one list.
    ///
    /// - Parameters:
    ///   - bytes: the text.
    ///   - depthMax: how far objects and lists may nest.
    ///   - problem: what to throw when it is neither, or no JSON.
    ///   - body: looks at what there is; nothing of it must leave.
    /// - Returns: what that has found.
    /// - Throws: the problem, or whatever is thrown in there.
    @inlinable
    package mutating func read<Result, Problem: Error>(
        _ bytes: [UInt8],
        depthMax: Int = 64,
        orThrow problem: (JSONSyntaxError) -> Problem,
        _ body: (JSONPlaces) throws(Problem) -> Result
    ) throws(Problem) -> Result {
        if room.count > JSONReader.keptMax { room = JSONReader.room(64) }
        return try bytes.withUnsafeBufferPointer { (text) throws(Problem) in
            do throws(JSONSyntaxError) {
                try JSONReader.check(text)
                while try !note(text, depthMax) { room = JSONReader.room(room.count * 4) }
            } catch {
                throw problem(error)
            }
            return try room.withUnsafeBufferPointer { (places) throws(Problem) in
                try body(JSONPlaces(at: 0, in: text, among: places))
            }
        }
    }

    /// - Returns: `false` when there is not enough room.
    @usableFromInline
    mutating func note(
        _ text: UnsafeBufferPointer<UInt8>,
        _ depthMax: Int
    ) throws(JSONSyntaxError) -> Bool {
        try room.withUnsafeMutableBufferPointer { (places) throws(JSONSyntaxError) in
            try JSONParser(bytes: text, depthMax: depthMax, omitted: []).passAll(noting: places)
        }
    }

    /// Most texts are ASCII, and need no copy to be looked at.
    @usableFromInline
    static func check(_ text: UnsafeBufferPointer<UInt8>) throws(JSONSyntaxError) {
        guard text.count <= JSONPlace.lengthMax else { throw JSONSyntaxError(code: .tooLong, position: 0) }
        var all: UInt8 = 0
        for byte in text { all |= byte }
        guard all < 0x80 || String(validating: text, as: UTF8.self) != nil else {
            throw JSONSyntaxError(code: .notUTF8, position: 0)
        }
    }
}
