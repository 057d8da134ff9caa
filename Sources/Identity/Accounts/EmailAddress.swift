/// An email address, in the one form in which it is compared and kept: lower case, ASCII.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// - Throws: `IdentityError` with `.invalid` for anything but `name@domain` of at most 254 characters.
    package init(_ input: String) throws(IdentityError) {
        // Before the case is folded: some letters beyond ASCII fold into it.
        guard input.utf8.allSatisfy({ $0 < 0x80 }) else { throw EmailAddress.invalid }
        let text = input.lowercased()
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, EmailAddress.isName(parts[0]), EmailAddress.isDomain(parts[1])
        else { throw EmailAddress.invalid }
        self.text = text
    }

    private static var invalid: IdentityError { .invalid("email", "must be an address such as name@example.org") }

    package var description: String { text }

    /// What stands before the `@`.
    var name: Substring { text.prefix { $0 != "@" } }

    private static func isName(_ text: Substring) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { isAlphanumeric($0) || ".!#$%&'*+/=?^_`{|}~-".utf8.contains($0) }
            && !text.hasPrefix(".") && !text.hasSuffix(".") && !text.contains("..")
    }

    private static func isDomain(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
            }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
