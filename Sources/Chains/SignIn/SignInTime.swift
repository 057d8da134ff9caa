package import Bus

/// A moment in a sign-in text, together with how it is written there.
///
/// Wallets may write a time anew, and what was signed has to come out of its parts byte for byte.
package struct SignInTime: Hashable, Sendable {
    package let timestamp: Timestamp
    package let text: String

    /// Written in UTC with milliseconds, as browsers do; what is finer is cut off.
    package init(_ timestamp: Timestamp) {
        self.timestamp = Timestamp(milliseconds: timestamp.milliseconds)
        text = self.timestamp.description.dropLast(4) + "Z"
    }

    /// Reads RFC 3339 with a `T` in the middle, and nothing else.
    package init?(_ text: String) {
        guard text.utf8.count <= 35, text.utf8.dropFirst(10).first == UInt8(ascii: "T"),
            let timestamp = Timestamp(text)
        else { return nil }
        self.timestamp = timestamp
        self.text = text
    }
}
