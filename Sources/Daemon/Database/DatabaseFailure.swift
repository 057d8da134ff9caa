import Store
import StorePostgres

/// Why a database command ends early: a text that says what to do, and how the process ends.
package struct DatabaseFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: ExitCode
    package let text: String

    package init(_ code: ExitCode, _ text: String) {
        self.code = code
        self.text = text
    }

    package var description: String { text }

    /// Puts what went wrong in the words of somebody who operates a station.
    init(_ error: any Error) {
        switch error {
        case let failure as DatabaseFailure: self = failure
        case let error as StoreError: self.init(ExitCode(startFailure: error), StoreAdvice.text(error))
        default: self.init(ExitCode(startFailure: error), "\(error)")
        }
    }
}

/// What an operator can do about a database that cannot be used.
enum StoreAdvice {
    /// The error in one line, with what to do.
    ///
    /// Only for those who operate the station: it also says what the database said.
    static func text(_ error: StoreError) -> String {
        let text = error.detail.isEmpty ? "\(error)" : "\(error) (\(error.detail))"
        return advice(error).map { "\(text): \($0)" } ?? text
    }

    private static func advice(_ error: StoreError) -> String? {
        switch error.code {
        case .locked: "stop that daemon first, or wait for its end"
        case .schemaTooNew: "a newer version of this program has used this database: install that one again"
        case .schemaChanged: "this database was made by another program, or one of its migrations was edited"
        case .corrupt: "run `cryptocallctl db check`, and restore a backup if it finds damage"
        case .accessDenied: "look at store.postgres.user and store.postgres.password, and at the server's pg_hba.conf"
        case .noSuchDatabase: "make it with `createdb --owner=USER --encoding=UTF8 DATABASE`, or change the setting"
        case .insecure: "look at store.postgres.ssl_mode and store.postgres.ssl_root_certificate"
        case .full: "make room on the disk"
        case .unreachable: "look at the settings below store, and whether the database or its folder is there"
        default: nil
        }
    }
}
