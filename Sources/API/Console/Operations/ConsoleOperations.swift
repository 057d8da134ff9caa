package import Store
package import Telemetry

/// What the operators' pages show and do.
package struct ConsoleOperations: Sendable {
    /// The control methods: everything that these pages change goes through them, so that it is allowed and audited alike.
    let door: ControlDoor
    let logs: RecentLogs
    let audit: any ActivityLog
    /// Who follows the station live; `nil` where nobody can.
    let live: LiveHub?

    package init(
        door: ControlDoor,
        logs: RecentLogs,
        audit: any ActivityLog,
        live: LiveHub? = nil
    ) {
        self.door = door
        self.logs = logs
        self.audit = audit
        self.live = live
    }
}
