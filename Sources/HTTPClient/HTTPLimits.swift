/// How long an answer may take and how large it may be.
package struct HTTPLimits: Codable, Hashable, Sendable {
    /// Looking up the name, connecting and the TLS handshake together; at most 300.
    package var connectSeconds = 10.0
    /// From the ready connection to the first byte of the answer; includes sending the body.
    package var firstByteSeconds = 30.0
    /// The longest silence between two pieces of the answer.
    ///
    /// Stands still while the reader holds the sender back.
    package var idleSeconds = 30.0
    /// From the call to the last byte, waiting for a free place and redirects included; 0 is no limit.
    package var totalSeconds = 120.0
    /// All header bytes of the answer together.
    package var headerBytesMax = 65_536
    /// All body bytes of the answer, counted after decompression.
    package var bodyBytesMax = 16_777_216

    package init() {}

    /// Every limit that makes no sense, with its key.
    package func problems() -> [(key: String, text: String)] {
        let day = 86_400.0
        var found: [(key: String, text: String)] = []
        if !(connectSeconds > 0 && connectSeconds <= 300) {
            found.append(("connect_seconds", "must be above 0 and at most 300"))
        }
        if !(firstByteSeconds > 0 && firstByteSeconds <= day) {
            found.append(("first_byte_seconds", "must be above 0 and at most a day"))
        }
        if !(idleSeconds > 0 && idleSeconds <= day) {
            found.append(("idle_seconds", "must be above 0 and at most a day"))
        }
        if !(totalSeconds >= 0 && totalSeconds <= day) {
            found.append(("total_seconds", "must be 0 (no limit) or at most a day"))
        }
        if headerBytesMax < 256 { found.append(("header_bytes_max", "must be at least 256")) }
        if bodyBytesMax < 1 { found.append(("body_bytes_max", "must be at least 1")) }
        return found
    }
}
