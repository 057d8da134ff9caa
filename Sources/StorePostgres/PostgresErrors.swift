import CPostgres
package import Store

extension StoreError.Code {
    /// The server does not let this user in, or not into this database.
    package static let accessDenied = Self(name: "access denied", disposition: .fail)
    /// The server has no database of this name.
    package static let noSuchDatabase = Self(name: "no such database", disposition: .fail)
    /// The connection cannot be protected as configured: the server has no TLS, or a certificate is not trusted.
    package static let insecure = Self(name: "insecure connection", disposition: .fail)
    /// The statement took longer than allowed; the server has undone it.
    package static let timedOut = Self(name: "timed out", disposition: .retry)
}

/// The five characters by which PostgreSQL tells what went wrong.
struct SQLState: Hashable {
    let text: String

    /// The transaction collided with another one and can simply be run again.
    var isCollision: Bool { text == "40001" || text == "40P01" }

    /// What was prepared no longer fits the schema, or is gone: preparing again cures it.
    ///
    /// Both are told before the statement does anything.
    var isStaleStatement: Bool { text == "0A000" || text == "26000" }

    /// What it means to the store's callers.
    var code: StoreError.Code {
        switch text {
        case "3D000": .noSuchDatabase
        case "40001", "40P01", "55P03": .busy
        case "53100": .full
        case "54000", "54001", "54023": .tooLarge
        case "57014": .timedOut
        // Raised by our own triggers, which are rules like the others.
        case "P0001": .constraint
        case "25006", "25P03", "25P04", "58030": .unreachable
        case "XX001", "XX002": .corrupt
        default: classCode
        }
    }

    private var classCode: StoreError.Code {
        switch text.prefix(2) {
        case "08", "53", "57": .unreachable
        case "23": .constraint
        case "28": .accessDenied
        default: .failed
        }
    }

    /// The state in a connection's message, which libpq gives in no other way.
    ///
    /// Written `FATAL:  28P01: password authentication failed …` at the verbosity that is set while connecting.
    init?(inConnectionMessage message: String) {
        let found = message.split(separator: " ").first { word in
            word.utf8.count == 6 && word.last == ":"
                && word.dropLast().allSatisfy { $0.isASCII && ($0.isNumber || $0.isUppercase) }
                && word.contains { $0.isNumber }
        }
        guard let found else { return nil }
        text = String(found.dropLast())
    }

    init(_ text: String) { self.text = text }
}

extension StoreError {
    /// What a failed attempt to connect means.
    init(connecting config: PostgresConfig, message: String) {
        let whole = message.split(whereSeparator: \.isNewline)
            .filter { !$0.hasPrefix("LOCATION:") }
            .joined(separator: " ")
        let code: Code =
            if let state = SQLState(inConnectionMessage: whole) {
                state.code
            } else if whole.contains("SSL") || whole.contains("certificate") {
                .insecure
            } else if whole.contains("no password supplied") {
                .accessDenied
            } else {
                .unreachable
            }
        let subject =
            switch code {
            case .accessDenied: "user \"\(config.user)\" of database \"\(config.database)\" at \(config.host)"
            case .noSuchDatabase: "database \"\(config.database)\" at \(config.host)"
            case .insecure: "\(config.host) with sslmode=\(config.tls.rawValue)"
            default: "\(config.host):\(config.port)"
            }
        self.init(code, subject, detail: whole)
    }

    /// The connection ended while a statement was under way.
    static func outcomeUnknown(_ message: String) -> StoreError {
        StoreError(
            .unreachable,
            "outcome unknown",
            detail: "the connection was lost while the statement was under way, and it is not sent again: \(message)"
        )
    }
}
