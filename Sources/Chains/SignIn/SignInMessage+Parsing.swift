extension SignInMessage {
    /// Reads a text line by line, in the one order that there is.
    ///
    /// - Parameters:
    ///   - text: All of it.
    ///   - layout: Of which chain the wallet is.
    /// - Throws: What is not as it has to be. Nothing is skipped.
    package init(parsing text: String, layout: Layout) throws(Refusal) {
        guard text.utf8.count <= SignInMessage.sizeBytesMax else { throw .tooLong(bytes: text.utf8.count) }
        // Without other characters there are no two ways to see a text.
        guard text.utf8.allSatisfy({ $0 == UInt8(ascii: "\n") || (0x20...0x7e).contains($0) }) else {
            throw .badCharacter
        }
        var lines = SignInLines(text)
        let first = try lines.next(.domain)
        guard first.hasSuffix(layout.greeting) else { throw .notSignIn }
        let domain = String(first.dropLast(layout.greeting.count))
        let address = try lines.next(.address)
        try lines.blank()
        let statement = try SignInMessage.statement(&lines, layout)
        self.init(
            domain: domain,
            address: address,
            statement: statement,
            uri: lines.value(.uri),
            version: lines.value(.version),
            chainID: lines.value(.chainID),
            nonce: try lines.required(.nonce),
            issuedAt: try SignInMessage.time(.issuedAt, try lines.required(.issuedAt)),
            expirationTime: try SignInMessage.time(.expirationTime, try lines.required(.expirationTime)),
            notBefore: try SignInMessage.optionalTime(.notBefore, lines.value(.notBefore)),
            requestID: lines.value(.requestID),
            resources: try SignInMessage.resources(&lines)
        )
        try lines.end()
        try check(layout)
    }

    /// The line for people, which stands alone between two empty ones.
    private static func statement(_ lines: inout SignInLines, _ layout: Layout) throws(Refusal) -> String? {
        switch layout {
        // Without it the fields begin at once, and there are more of them than one.
        case .solana where !lines.isBlank(after: 1): return nil
        // Without it a second empty line stands in its place.
        case .ethereum where lines.isBlank(after: 0):
            try lines.blank()
            return nil
        default:
            let statement = try lines.next(.statement)
            try lines.blank()
            return statement
        }
    }

    private static func resources(_ lines: inout SignInLines) throws(Refusal) -> [String] {
        guard lines.takes("\(Field.resources.rawValue):") else { return [] }
        var resources: [String] = []
        while let resource = lines.value(after: "- ") { resources.append(resource) }
        guard !resources.isEmpty else { throw .missing(.resources) }
        return resources
    }

    private static func time(_ field: Field, _ text: String) throws(Refusal) -> SignInTime {
        guard let time = SignInTime(text) else { throw .bad(field) }
        return time
    }

    private static func optionalTime(_ field: Field, _ text: String?) throws(Refusal) -> SignInTime? {
        guard let text else { return nil }
        return try time(field, text)
    }
}

/// The lines of a text, taken one after another.
private struct SignInLines {
    private let lines: [String]
    private var position = 0

    /// Lines end at line feeds and at nothing else.
    init(_ text: String) {
        lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            String(decoding: line, as: UTF8.self)
        }
    }

    private var current: String? { position < lines.count ? lines[position] : nil }

    mutating func next(_ field: SignInMessage.Field) throws(SignInMessage.Refusal) -> String {
        guard let line = current else { throw .missing(field) }
        position += 1
        return line
    }

    /// Whether a line further on is there and is empty.
    func isBlank(after count: Int) -> Bool { position + count < lines.count && lines[position + count].isEmpty }

    mutating func blank() throws(SignInMessage.Refusal) {
        guard isBlank(after: 0) else { throw .unexpectedLine(position + 1) }
        position += 1
    }

    mutating func takes(_ line: String) -> Bool {
        guard current == line else { return false }
        position += 1
        return true
    }

    /// The rest of the next line, if that begins so.
    mutating func value(after label: String) -> String? {
        guard let line = current, line.utf8.starts(with: label.utf8) else { return nil }
        position += 1
        return String(decoding: line.utf8.dropFirst(label.utf8.count), as: UTF8.self)
    }

    mutating func value(_ field: SignInMessage.Field) -> String? { value(after: "\(field.rawValue): ") }

    mutating func required(_ field: SignInMessage.Field) throws(SignInMessage.Refusal) -> String {
        guard let value = value(field) else { throw .missing(field) }
        return value
    }

    func end() throws(SignInMessage.Refusal) {
        guard position == lines.count else { throw .unexpectedLine(position + 1) }
    }
}
