package import Store

/// Why nothing was done with somebody's credits.
package enum CreditError: Error, Sendable {
    /// There is less than it takes.
    case insufficient(available: Int64, required: Int64)
    /// The account has spent too much in a short time; an operator has to look at it first.
    case spendingPaused
    /// The same request has been paid for, or is under way.
    case alreadyUsed(request: String)
    /// The hold has expired, or was settled before.
    case holdGone
    /// An amount that makes no sense.
    case badAmount
    case store(StoreError)
}

extension CreditError {
    init(_ error: any Error) {
        self =
            switch error {
            case let error as CreditError: error
            case let error as StoreError: .store(error)
            default: .store(StoreError(.failed, "credits", detail: "\(error)"))
            }
    }
}

extension CreditError: Equatable {
    /// Failures of the store are alike when their codes are.
    package static func == (left: CreditError, right: CreditError) -> Bool {
        switch (left, right) {
        case (.insufficient(let one, let two), .insufficient(let three, let four)): one == three && two == four
        case (.alreadyUsed(let one), .alreadyUsed(let two)): one == two
        case (.holdGone, .holdGone), (.badAmount, .badAmount), (.spendingPaused, .spendingPaused): true
        case (.store(let one), .store(let two)): one.code == two.code
        default: false
        }
    }
}
