/// What may stand in a header line, so that a value from outside cannot add a line of its own.
enum HeaderText {
    /// Fields that libcurl or this module write, because a wrong one would change where a message ends or goes.
    private static let reserved = [
        "host", "content-length", "transfer-encoding", "connection", "upgrade", "expect", "te", "trailer",
        "proxy-authorization", "proxy-connection", "keep-alive",
    ]

    static func isReserved(_ name: String) -> Bool {
        reserved.contains { $0.equalsIgnoringCase(name) }
    }

    /// A token as in RFC 9110: the characters of a field name or a method.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
                    UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
                    true
                default: false
                }
            }
    }

    /// Any bytes but control characters; a tab is allowed.
    static func isValidValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7f) || $0 == 0x09 }
    }
}
