/// Makes events of the bytes of a stream, in whatever pieces they come (HTML standard, section 9.2.6).
///
/// A plain value: the same bytes give the same events at every split, also inside a character or between the two bytes of
/// a line end. Bounded: an event that grows too large ends the stream.
package struct ServerSentEventParser: Sendable {
    /// A single event was larger than any answer should be.
    package struct TooLarge: Error, Hashable, Sendable {
        package let bytesMax: Int
    }

    private enum Byte {
        static let lineFeed = UInt8(ascii: "\n")
        static let carriageReturn = UInt8(ascii: "\r")
        static let colon = UInt8(ascii: ":")
        static let space = UInt8(ascii: " ")
        static let brace = UInt8(ascii: "{")
        static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    }

    private let bytesMax: Int
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var name = ""
    private var hasData = false
    private var wasCarriageReturn = false
    private var isFirstLine = true

    /// - Parameter bytesMax: of one event, and of one line.
    package init(bytesMax: Int = 4 * 1024 * 1024) { self.bytesMax = bytesMax }

    /// - Parameters:
    ///   - bytes: what has come.
    ///   - events: where the events go that are complete now.
    /// - Throws: `TooLarge`.
    package mutating func feed(_ bytes: some Collection<UInt8>, into events: inout [ServerSentEvent]) throws(TooLarge) {
        var rest = bytes[...]
        while let end = rest.firstIndex(where: { $0 == Byte.lineFeed || $0 == Byte.carriageReturn }) {
            let isLineFeed = rest[end] == Byte.lineFeed
            // The second byte of a line end that is two bytes long.
            if isLineFeed, wasCarriageReturn, end == rest.startIndex {
                wasCarriageReturn = false
            } else {
                try append(rest[..<end])
                wasCarriageReturn = !isLineFeed
                try endLine(into: &events)
            }
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { wasCarriageReturn = false }
        try append(rest)
    }

    /// The stream has ended; what is left of it still has to be looked at.
    package mutating func finish(into events: inout [ServerSentEvent]) throws(TooLarge) {
        if !line.isEmpty { try endLine(into: &events) }
        dispatch(into: &events)
    }

    // MARK: Lines

    private mutating func append(_ bytes: some Collection<UInt8>) throws(TooLarge) {
        guard line.count + data.count + bytes.count <= bytesMax else { throw TooLarge(bytesMax: bytesMax) }
        line += bytes
    }

    private mutating func endLine(into events: inout [ServerSentEvent]) throws(TooLarge) {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: Byte.mark) { line.removeFirst(Byte.mark.count) }
        }
        guard let first = line.first else { return dispatch(into: &events) }
        switch first {
        case Byte.colon: break
        case Byte.brace: events.append(ServerSentEvent(data: line, isBare: true))
        default: take(line)
        }
    }

    private mutating func take(_ line: [UInt8]) {
        let colon = line.firstIndex(of: Byte.colon) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == Byte.space { value.removeFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "data":
            if hasData { data.append(Byte.lineFeed) }
            data += value
            hasData = true
        case "event": name = String(decoding: value, as: UTF8.self)
        // Neither ids nor waiting times mean anything for an answer.
        default: break
        }
    }

    private mutating func dispatch(into events: inout [ServerSentEvent]) {
        defer {
            data = []
            hasData = false
            name = ""
        }
        if hasData { events.append(ServerSentEvent(name: name, data: data)) }
    }
}
