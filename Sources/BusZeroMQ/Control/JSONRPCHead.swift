import JSON

/// What must be known of a message to hand it on: whose it is, and whether it is a notification.
///
/// Looks at the outermost members only and steps over their values, so that a large one is parsed once, by whoever wants
/// it. Forgiving: what is wrong with the message is for that one to say.
struct JSONRPCHead {
    private(set) var id: JSONValue?
    /// Whether there is a method and no id.
    private(set) var isNotification = false

    /// - Returns: `nil` when the bytes are no JSON object, as far as one can see from outside.
    init?(_ bytes: [UInt8]) {
        var scanner = MemberScanner(bytes)
        guard scanner.begin() else { return nil }
        var progressOf: JSONValue?
        var hasMethod = false
        while let (name, value) = scanner.nextMember() {
            switch name {
            case "id": id = try? JSONValue(parsing: value)
            case "method": hasMethod = true
            case "params": progressOf = (try? JSONValue(parsing: value))?["id"]
            default: break
            }
        }
        if hasMethod, id == nil {
            isNotification = true
            id = progressOf
        }
    }
}

/// Walks over the members of one JSON object without looking into them.
private struct MemberScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func begin() -> Bool { take(UInt8(ascii: "{")) }

    mutating func nextMember() -> (name: String, value: ArraySlice<UInt8>)? {
        _ = take(UInt8(ascii: ","))
        skipSpace()
        let nameStart = position
        guard skipString() else { return nil }
        let name = String(decoding: bytes[nameStart + 1..<position - 1], as: UTF8.self)
        guard take(UInt8(ascii: ":")) else { return nil }
        skipSpace()
        let start = position
        guard skipValue() else { return nil }
        return (name, bytes[start..<position])
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipString() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        position += 1
        return position <= bytes.count
    }

    private mutating func skipValue() -> Bool {
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                guard skipString() else { return false }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // Outside of everything this is the end of the object that is walked over.
                if depth == 0 { return true }
                depth -= 1
            case UInt8(ascii: ",") where depth == 0: return true
            default: break
            }
            position += 1
        }
        return false
    }
}
