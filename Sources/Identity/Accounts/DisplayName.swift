/// What a person or a key is called; text of somebody, to be escaped wherever it is shown.
enum DisplayName {
    static let countMax = 100

    /// The name without white space around it.
    ///
    /// - Throws: `IdentityError` with `.invalid`, naming the field.
    static func checked(_ input: String, field: String) throws(IdentityError) -> String {
        var text = input[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        guard (1...countMax).contains(text.unicodeScalars.count) else {
            throw .invalid(field, "must have 1 to \(countMax) characters")
        }
        guard !text.unicodeScalars.contains(where: isInvisible) else {
            throw .invalid(field, "must not contain control characters")
        }
        return String(text)
    }

    /// Control characters, and those that turn the direction of what follows.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: scalar != "\u{200D}"
        default: false
        }
    }
}
