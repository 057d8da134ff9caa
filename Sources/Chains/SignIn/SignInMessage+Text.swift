extension SignInMessage {
    /// Writes the text, which `init(parsing:layout:)` reads back into the same parts.
    ///
    /// - Parameter layout: Of which chain the wallet is.
    /// - Returns: Lines without one at the end.
    /// - Throws: Which part is not as it has to be.
    package func text(_ layout: Layout) throws(Refusal) -> String {
        try check(layout)
        var lines = [domain + layout.greeting, address, ""]
        switch (layout, statement) {
        case (_, let statement?): lines += [statement, ""]
        case (.ethereum, nil): lines.append("")
        case (.solana, nil): break
        }
        let fields: [(Field, String?)] = [
            (.uri, uri), (.version, version), (.chainID, chainID), (.nonce, nonce), (.issuedAt, issuedAt.text),
            (.expirationTime, expirationTime.text), (.notBefore, notBefore?.text), (.requestID, requestID),
        ]
        for (field, value) in fields {
            if let value { lines.append("\(field.rawValue): \(value)") }
        }
        if !resources.isEmpty { lines += ["\(Field.resources.rawValue):"] + resources.map { "- " + $0 } }
        let text = lines.joined(separator: "\n")
        guard text.utf8.count <= SignInMessage.sizeBytesMax else { throw .tooLong(bytes: text.utf8.count) }
        return text
    }
}
