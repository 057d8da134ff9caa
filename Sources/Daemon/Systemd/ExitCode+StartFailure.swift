import Actors
import Sentiment
import Store
import StorePostgres

extension ExitCode {
    /// What a failed start means to systemd: whether starting again could help.
    init(startFailure error: any Error) {
        switch error {
        case let error as StoreError:
            switch error.code {
            case .schemaTooNew, .schemaChanged: self = .config
            case .locked: self = .tempFail
            case .accessDenied: self = .noPermission
            case .noSuchDatabase, .insecure: self = .unavailable
            default: self = .ioError
            }
        case let failure as DatabaseFailure: self = failure.code
        case is CredentialError: self = .noPermission
        case is SentimentError: self = .config
        case let error as TokenKeyError: self = error.code
        case is SupervisorError: self = .software
        default: self = .software
        }
    }
}
