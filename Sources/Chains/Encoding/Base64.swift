import CSodium

/// Base64 with `+`, `/` and padding (RFC 4648, section 4): how nodes take and give transactions.
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String {
        let size = sodium_base64_encoded_len(bytes.count, sodium_base64_VARIANT_ORIGINAL)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { text in
            guard let start = text.baseAddress else { return "" }
            sodium_bin2base64(start, size, bytes, bytes.count, sodium_base64_VARIANT_ORIGINAL)
            return String(cString: start)
        }
    }

    /// - Returns: `nil` for anything that `encode` does not write.
    static func decode(_ text: String) -> [UInt8]? {
        let text = text.utf8.map { CChar(bitPattern: $0) }
        var isRead = false
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 1) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            let answer = sodium_base642bin(
                start,
                buffer.count,
                text,
                text.count,
                nil,
                &count,
                nil,
                sodium_base64_VARIANT_ORIGINAL
            )
            isRead = answer == 0
            if !isRead { count = 0 }
        }
        return isRead ? bytes : nil
    }
}
