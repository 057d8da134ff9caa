package import Store

extension APIError {
    /// What a failure of the store means to somebody outside: come again, or it is our fault.
    package init(_ error: StoreError) { self.init(error.code) }

    package init(_ code: StoreError.Code) {
        switch code {
        case .busy, .unreachable, .closed, .cancelled, .fenced, .full:
            self.init(.unavailable, "The database cannot be reached now; try again.")
        case .tooLarge: self.init(.tooLarge, "That is more than can be stored or read at once.")
        default: self.init(.internalError, "The database failed. The request's id helps to find out why.")
        }
    }
}
