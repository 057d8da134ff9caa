/// Reads what the server says, as it comes; pure.
package struct IcecastAnswer: Sendable {
    package enum Verdict: Hashable, Sendable {
        case more
        case accepted
        /// In words that say what to change.
        case refused(String)
    }

    private static let bytesMax = 8192
    private var bytes: [UInt8] = []
    private var scanned = 0

    package init() {}

    /// Takes more of the answer.
    package mutating func receive(_ new: some Sequence<UInt8>) -> Verdict {
        bytes.append(contentsOf: new)
        while let end = headEnd() {
            let head = String(decoding: bytes[..<end], as: UTF8.self)
            let words = head.prefix { !$0.isNewline }.split(separator: " ", maxSplits: 2)
            guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
                return .refused("the server does not speak HTTP")
            }
            if status / 100 == 1 {
                // "Continue"; the answer itself follows.
                bytes.removeFirst(end)
                scanned = 0
                continue
            }
            let reason = words.count > 2 ? String(words[2].prefix(100)) : ""
            switch status {
            case 200: return .accepted
            case 401: return .refused("401: user or password is not right")
            case 403: return .refused("403: the mount is in use, or the server has no room for it (\(reason))")
            default: return .refused("\(status): \(reason)")
            }
        }
        return bytes.count > Self.bytesMax ? .refused("the server's answer has no end") : .more
    }

    /// Where the header ends; looks at each byte once, however small the pieces are.
    private mutating func headEnd() -> Int? {
        while scanned + 4 <= bytes.count {
            if bytes[scanned] == 13, bytes[scanned + 1] == 10, bytes[scanned + 2] == 13, bytes[scanned + 3] == 10 {
                return scanned + 4
            }
            scanned += 1
        }
        return nil
    }
}
