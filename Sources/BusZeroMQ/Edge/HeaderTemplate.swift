import Bus
import JSON

/// The header frame of a topic's events with the parts that change from one to the next left open.
///
/// Made from what `EnvelopeHeader.writeJSON` writes, and fills in the same text, in a fraction of the time: every
/// exported event has a header, which is longer than most payloads.
struct HeaderTemplate {
    private let source: ActorName
    private let origin: ActorName?
    private let version: UInt16
    private let epoch: UUIDv7
    /// Up to the sequence number, with places for the id and the time.
    private let front: [UInt8]
    private let idPlace: Int
    private let timePlace: Int
    /// From after the sequence number, the offset and the cause.
    private let back: [UInt8]
    private let correlationPlace: Int
    private let tracePlace: Int

    private static let timeBytes = 27
    private static let idBytes = 36

    /// - Returns: `nil` when the header's text is not laid out as this type expects.
    init?(_ header: EnvelopeHeader) {
        var text: [UInt8] = []
        header.writeJSON(to: &text)
        guard let id = HeaderTemplate.place(after: #""id":""#, in: text),
            let time = HeaderTemplate.place(after: #""time":""#, in: text),
            let seq = HeaderTemplate.place(after: #""seq":"#, in: text),
            let correlation = HeaderTemplate.place(after: #","correlation":""#, in: text),
            let trace = HeaderTemplate.place(after: #""traceparent":"00-"#, in: text),
            id < time, time < seq, seq < correlation, correlation < trace,
            text[time + HeaderTemplate.timeBytes] == UInt8(ascii: "\"")
        else { return nil }
        let backStart = correlation - #","correlation":""#.utf8.count
        source = header.source
        origin = header.origin
        version = header.version
        epoch = header.epoch
        front = Array(text[..<seq])
        back = Array(text[backStart...])
        idPlace = id
        timePlace = time
        correlationPlace = correlation - backStart
        tracePlace = trace - backStart
    }

    private static func place(after key: StaticString, in text: [UInt8]) -> Int? {
        let count = key.utf8CodeUnitCount
        let wanted = UnsafeBufferPointer(start: key.utf8Start, count: count)
        guard text.count >= count else { return nil }
        return (0...text.count - count).first { text[$0..<$0 + count].elementsEqual(wanted) }.map { $0 + count }
    }

    /// Whether the template is that of this header, besides its topic.
    func fits(_ header: EnvelopeHeader) -> Bool {
        header.source == source && header.origin == origin && header.version == version && header.epoch == epoch
    }

    /// Appends the header's JSON text.
    func write(_ header: EnvelopeHeader, second: inout SecondText, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: front)
        second.update(header.time)
        bytes.withUnsafeMutableBufferPointer { bytes in
            HeaderTemplate.write(header.id, to: &bytes, at: start + idPlace)
            second.write(header.time, to: &bytes, at: start + timePlace)
        }
        bytes.appendNumber(header.seq)
        if let offset = header.offset {
            bytes.append(contentsOf: #","offset":"#.utf8)
            bytes.appendNumber(offset)
        }
        if let cause = header.cause {
            bytes.append(contentsOf: #","cause":""#.utf8)
            cause.write(to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        }
        let backStart = bytes.count
        bytes.append(contentsOf: back)
        let correlation = header.correlation
        bytes.withUnsafeMutableBufferPointer { bytes in
            HeaderTemplate.write(correlation, to: &bytes, at: backStart + correlationPlace)
            let trace = backStart + tracePlace
            HeaderTemplate.writeHex(correlation.high, to: &bytes, at: trace)
            HeaderTemplate.writeHex(correlation.low, to: &bytes, at: trace + 16)
            HeaderTemplate.writeHex(header.id.low, to: &bytes, at: trace + 33)
        }
    }

    // MARK: Digits

    private static func write(_ id: UUIDv7, to bytes: inout UnsafeMutableBufferPointer<UInt8>, at place: Int) {
        // 8-4-4-4-12 digits; the hyphens are there already.
        writeHex(id.high >> 32, digits: 8, to: &bytes, at: place)
        writeHex(id.high >> 16, digits: 4, to: &bytes, at: place + 9)
        writeHex(id.high, digits: 4, to: &bytes, at: place + 14)
        writeHex(id.low >> 48, digits: 4, to: &bytes, at: place + 19)
        writeHex(id.low, digits: 12, to: &bytes, at: place + 24)
    }

    private static func writeHex(
        _ value: UInt64,
        digits: Int = 16,
        to bytes: inout UnsafeMutableBufferPointer<UInt8>,
        at place: Int
    ) {
        var rest = value
        var index = place + digits
        while index > place {
            index -= 1
            let nibble = UInt8(truncatingIfNeeded: rest & 15)
            bytes[index] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") - 10 + nibble
            rest >>= 4
        }
    }
}

/// The text of a time down to the second, which many events in a row share.
struct SecondText {
    private var second = Int64.min
    private var text: [UInt8] = []
    private static let wholeBytes = 20

    mutating func update(_ time: Timestamp) {
        let second = SecondText.split(time).second
        guard second != self.second else { return }
        self.second = second
        text.removeAll(keepingCapacity: true)
        time.write(to: &text)
    }

    /// Writes 27 bytes: the shared part and the microseconds.
    func write(_ time: Timestamp, to bytes: inout UnsafeMutableBufferPointer<UInt8>, at place: Int) {
        for index in 0..<SecondText.wholeBytes { bytes[place + index] = text[index] }
        var micros = SecondText.split(time).nanosecond / 1000
        for index in stride(from: place + 25, through: place + 20, by: -1) {
            bytes[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: micros % 10)
            micros /= 10
        }
        bytes[place + 26] = UInt8(ascii: "Z")
    }

    /// Rounded down, also before 1970.
    private static func split(_ time: Timestamp) -> (second: Int64, nanosecond: Int64) {
        let (quotient, remainder) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return remainder < 0 ? (quotient - 1, remainder + 1_000_000_000) : (quotient, remainder)
    }
}
