/// The text of one field while it arrives.
///
/// Elements inside of it become tags again, so that whatever is HTML takes one way.
struct FieldCapture {
    let field: FeedField
    let form: FeedTextForm
    private(set) var bytes: [UInt8] = []
    /// Whether there was more than is looked at.
    private(set) var isShortened = false

    init(_ field: FeedField, _ form: FeedTextForm) {
        self.field = field
        self.form = form
    }

    mutating func append(_ text: [UInt8]) {
        guard form == .xhtml else { return add(text) }
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.count)
        for byte in text {
            switch byte {
            case UInt8(ascii: "<"): escaped += Array("&lt;".utf8)
            case UInt8(ascii: "&"): escaped += Array("&amp;".utf8)
            default: escaped.append(byte)
            }
        }
        add(escaped)
    }

    /// An entity that XML does not know; HTML may.
    mutating func append(entity name: String) { add(Array("&\(name);".utf8)) }

    mutating func beginElement(_ name: String) { addTag("<", name) }

    mutating func endElement(_ name: String) { addTag("</", name) }

    private mutating func addTag(_ start: String, _ name: String) {
        // What stands between tags are words of their own, in a text that knows no tags too.
        add(Array((form == .plain ? " " : "\(start)\(name)>").utf8))
    }

    /// Keeps whole characters.
    private mutating func add(_ text: [UInt8]) {
        guard !isShortened else { return }
        let room = field.bytesMax - bytes.count
        guard text.count > room else { return bytes.append(contentsOf: text) }
        var end = room
        while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
        bytes.append(contentsOf: text[..<end])
        isShortened = true
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}
