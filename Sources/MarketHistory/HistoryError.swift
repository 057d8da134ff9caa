package import Store

/// Why nothing was stored, read or removed.
package enum HistoryError: Error, Sendable {
    /// What the caller gave makes no sense: which part of it, and what is wrong with that.
    case badInput(field: String, problem: String)
    /// A month could not be brought to the archive, and stays where it is; with what failed.
    case archive(String)
    case store(StoreError)
}

extension HistoryError {
    init(_ error: any Error) {
        self =
            switch error {
            case let error as HistoryError: error
            case let error as StoreError: .store(error)
            default: .store(StoreError(.failed, "market history", detail: "\(error)"))
            }
    }

    /// A row that holds what this program did not write.
    static func corrupt(_ table: String) -> HistoryError { .store(StoreError(.corrupt, table)) }
}

extension HistoryError: CustomStringConvertible {
    /// Safe to log.
    package var description: String {
        switch self {
        case .badInput(let field, let problem): "\(field): \(problem)"
        case .archive(let failure): "archive: \(failure)"
        case .store(let error): "\(error)"
        }
    }
}

extension HistoryError: Equatable {
    /// Failures of the store are alike when their codes are.
    package static func == (left: HistoryError, right: HistoryError) -> Bool {
        switch (left, right) {
        case (.badInput(let one, let two), .badInput(let three, let four)): one == three && two == four
        case (.archive(let one), .archive(let two)): one == two
        case (.store(let one), .store(let two)): one.code == two.code
        default: false
        }
    }
}
