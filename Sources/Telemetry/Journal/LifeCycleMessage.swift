package import Logging

/// The moments of the station's life that operators search the journal for.
///
/// Each has a fixed id that never changes once released: `journalctl MESSAGE_ID=…` finds every occurrence, and the
/// message catalogue explains it (`journalctl -x`).
package enum LifeCycleMessage: String, CaseIterable, Sendable {
    case starting = "2adcb3d0bb21416493116db33e68394b"
    case ready = "f616478399424d16a6888164ff5f8c0a"
    case stopping = "740e197a220a465a903929142b09f7f5"
    case stopped = "6568a5521b7845638bcaf78f512e501e"
    case reloaded = "c5ce1b2eb8574bfca862815f5a58f144"
    case reloadRejected = "2c4e833316d84b09845097921791d1b1"
    case actorRestarted = "47a96150a218428bb5e9c1b6d0803be4"
    case escalated = "45f5fb60bf3d4c73a836488ddbe8c4fa"
    case fallbackSwitched = "70b48c49a83e4ae18b1f9c9e2600713f"
    case authenticationFailed = "e84203f567464681bd9105aa7cb76714"
    case crashDetected = "e0201a1173664bd2aa9d3a531f2399a6"
    case wedged = "6f1c4037e27a498e93a61ca69d1ac549"

    /// The constant text of the record.
    package var text: String {
        switch self {
        case .starting: "starting"
        case .ready: "ready"
        case .stopping: "stopping"
        case .stopped: "stopped"
        case .reloaded: "configuration reloaded"
        case .reloadRejected: "configuration rejected, the old one stays in force"
        case .actorRestarted: "actor restarted"
        case .escalated: "restart limit reached, failure escalated"
        case .fallbackSwitched: "switched to a fallback"
        case .authenticationFailed: "authentication failed"
        case .crashDetected: "the previous run did not end cleanly"
        case .wedged: "no progress, the watchdog is no longer fed"
        }
    }

    package var level: Logger.Level {
        switch self {
        case .starting, .ready, .stopping, .stopped, .reloaded: .notice
        case .actorRestarted, .fallbackSwitched, .authenticationFailed, .crashDetected: .warning
        case .reloadRejected, .escalated: .error
        case .wedged: .critical
        }
    }

    /// What it means and what to do, for the message catalogue.
    package var explanation: String {
        switch self {
        case .starting: "The daemon has begun to start. It is not serving yet."
        case .ready: "All endpoints answer and the core actors run. The service manager has been told."
        case .stopping: "The daemon was asked to stop and is finishing what it has accepted."
        case .stopped: "The daemon has ended in order. Nothing acknowledged was lost."
        case .reloaded: "A new configuration was read, checked and put in force as a whole."
        case .reloadRejected:
            "The new configuration has mistakes or could not be applied. Nothing was changed. Run"
                + " `cryptocalld --check-config`, correct what it lists, and reload again."
        case .actorRestarted:
            "The actor in ACTOR= failed and a new incarnation runs. Its mailbox was kept. REASON= says why it failed;"
                + " `cryptocallctl tree` shows how often."
        case .escalated:
            "A child failed more often than its supervisor allows, so the failure was passed upwards. At the top this"
                + " ends the process, and the service manager starts it again."
        case .fallbackSwitched: "PROVIDER= could not be used and the next one in the chain took over."
        case .authenticationFailed:
            "A peer was refused because its key is unknown or its request was not allowed. Repeated entries from one"
                + " address may be an attack."
        case .crashDetected:
            "The marker of the previous run was still there, so that run ended without stopping in order: a crash, a"
                + " kill or a power loss. State was recovered from the log. Look for a backtrace before this entry."
        case .wedged:
            "The daemon no longer makes progress. It has stopped telling the service manager that it lives, and will"
                + " be ended with a backtrace of all threads and started again."
        }
    }

    /// The whole message catalogue, as it is installed in `/usr/lib/systemd/catalog/cryptocall.catalog`.
    package static var catalogue: String {
        allCases.map { message in
            """
            -- \(message.rawValue)
            Subject: CryptoCall FM: \(message.text)
            Defined-By: cryptocalld
            Documentation: man:cryptocalld(8)

            \(message.explanation)

            """
        }.joined(separator: "\n")
    }
}

extension Logger {
    /// Logs a moment of the station's life under its fixed journal id, text and level.
    package func log(
        _ message: LifeCycleMessage,
        metadata: Logger.Metadata = [:],
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        var metadata = metadata
        metadata[LogKey.messageID] = .string(message.rawValue)
        log(
            level: message.level,
            Logger.Message(stringLiteral: message.text),
            metadata: metadata,
            file: file,
            function: function,
            line: line
        )
    }
}
