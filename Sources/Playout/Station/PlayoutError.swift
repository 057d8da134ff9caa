package import Telemetry
package import Threading

/// The playout cannot start.
package enum PlayoutError: Error, CustomStringConvertible {
    /// Another one holds this lock.
    case alreadyRunning(String)
    case system(SystemCallError)
    case noThread(ThreadError)

    package var description: String {
        switch self {
        case .alreadyRunning(let path): "another playout uses this state: \(path) is locked"
        case .system(let error): "\(error)"
        case .noThread(let error): "\(error)"
        }
    }
}
