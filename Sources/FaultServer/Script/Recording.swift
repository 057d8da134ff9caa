import JSON

/// A stream of a real provider, to be sent once more byte by byte.
struct Recording: Hashable, Sendable {
    let bytes: [UInt8]
    /// How many bytes are sent at a time; `nil` for all.
    let split: Int?
    /// What it says, for those who do not ask for a stream.
    let answer: ModelAnswer

    /// - Parameters:
    ///   - fields: of a behaviour.
    ///   - directory: where the file is.
    /// - Throws: `ScriptError` when a field is wrong or the file cannot be read.
    init(_ fields: ScriptFields, _ directory: String) throws(ScriptError) {
        guard let file = try fields.text("file") else { throw fields.error("file", "is missing") }
        do throws(FileBytes.Failure) {
            bytes = try FileBytes.read(FileBytes.path(file, in: directory))
        } catch {
            throw fields.error("file", "cannot be read: \(error)")
        }
        split = try fields.count("split", in: 1...Int(Int32.max))
        answer = RecordedAnswer(bytes).answer
    }

    /// The bytes as they are sent: how many content events a part has is the number of events that end in it.
    var body: StreamBody {
        var body = StreamBody()
        guard let split else {
            body.append(bytes, eventCount: Recording.eventEnds(bytes[...], before: 0))
            return body
        }
        for start in stride(from: 0, to: bytes.count, by: split) {
            let part = bytes[start..<min(start + split, bytes.count)]
            body.append(part, eventCount: Recording.eventEnds(part, before: start == 0 ? 0 : bytes[start - 1]))
        }
        return body
    }

    /// - Parameters:
    ///   - bytes: of a stream.
    ///   - last: the byte before them.
    /// - Returns: how many blank lines end in them.
    private static func eventEnds(_ bytes: ArraySlice<UInt8>, before last: UInt8) -> Int {
        var (count, last) = (0, last)
        for byte in bytes where byte != 0x0D {
            if byte == 0x0A, last == 0x0A { count += 1 }
            last = byte
        }
        return count
    }
}
