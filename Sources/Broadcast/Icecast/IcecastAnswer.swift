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

    package init() {}

    /// Takes more of the answer.
    package mutating func receive(_ new: some Sequence<UInt8>) -> Verdict {
        bytes.append(contentsOf: new)
        while let end = Self.headEnd(bytes) {
            let head = String(decoding: bytes[..<end], as: UTF8.self)
            let words = head.prefix { !$0.isNewline }.split(separator: " ", maxSplits: 2)
            guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
                return .refused("the server does not speak HTTP")
            }
            if status / 100 == 1 {
                // "Continue"; the answer itself follows.
                bytes.removeFirst(end)
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

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        let mark: [UInt8] = [13, 10, 13, 10]
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first { bytes[$0..<$0 + 4].elementsEqual(mark) }.map { $0 + 4 }
    }
}
