import GRDB

extension StoreError {
    /// What a SQLite result code means to the store's callers.
    init(resultCode: Int32, detail: String) {
        let code: Code =
            switch ResultCode(rawValue: resultCode).primaryResultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
            case .SQLITE_FULL: .full
            case .SQLITE_CONSTRAINT: .constraint
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: .corrupt
            case .SQLITE_TOOBIG: .tooLarge
            case .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_NOLFS, .SQLITE_PROTOCOL:
                .unreachable
            case .SQLITE_INTERRUPT: .cancelled
            case .SQLITE_MISUSE: .closed
            default: .failed
            }
        self.init(code, "sqlite result \(resultCode)", detail: detail)
    }

    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            self.init(resultCode: error.extendedResultCode.rawValue, detail: error.description)
        case is CancellationError: self.init(.cancelled)
        default: self.init(.failed, detail: "\(error)")
        }
    }

    /// Runs GRDB code and translates what it throws: the module's border.
    static func translating<Value>(_ body: () throws -> Value) throws(StoreError) -> Value {
        do {
            return try body()
        } catch {
            throw StoreError(error)
        }
    }
}
