import Glibc
package import Telemetry

/// A file in the state folder that exists exactly while the daemon runs.
///
/// Found at the start, it says that the previous run did not end in order: a crash, a kill or a power loss.
package struct UncleanExitMarker: Sendable {
    /// One run of the daemon.
    package struct Run: Hashable, Sendable {
        package var processID: Int32?
        /// The service manager's id of the run; `journalctl _SYSTEMD_INVOCATION_ID=…` shows its records.
        package var invocationID: String?
        /// Seconds since 1970.
        package var startedAtSeconds: Int64?
        /// Another one than now means that the machine itself went down.
        package var bootID: String?

        package init(processID: Int32?, invocationID: String?, startedAtSeconds: Int64?, bootID: String?) {
            self.processID = processID
            self.invocationID = invocationID
            self.startedAtSeconds = startedAtSeconds
            self.bootID = bootID
        }

        /// The run that is starting now.
        package static func current(environment: [String: String], startedAtSeconds: Int64) -> Run {
            Run(
                processID: getpid(),
                invocationID: environment["INVOCATION_ID"],
                startedAtSeconds: startedAtSeconds,
                bootID: UncleanExitMarker.currentBootID
            )
        }
    }

    /// `nil` where a hardened service may not see it.
    private static var currentBootID: String? {
        StateFile.read("/proc/sys/kernel/random/boot_id")?.split(separator: "\n").first.map(String.init)
    }

    private let path: String

    package static let fileName = "running"

    /// - Parameter stateFolder: must exist and be writable.
    package init(stateFolder: String) { path = stateFolder + "/" + UncleanExitMarker.fileName }

    /// Puts the marker up for this run.
    ///
    /// - Returns: the previous run when it did not end in order, else `nil`. Its fields are `nil` where the marker was
    ///   damaged.
    /// - Throws: `SystemCallError` when the marker cannot be written.
    package func begin(_ run: Run) throws(SystemCallError) -> Run? {
        let previous = StateFile.read(path).map(Run.init(parsing:))
        try StateFile.replace(path, with: run.text)
        return previous
    }

    /// Takes the marker down: the last step of a stop in order.
    ///
    /// - Throws: `SystemCallError` when it cannot be removed; the next start then reports an unclean end.
    package func end() throws(SystemCallError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw SystemCallError("unlink \(path)") }
        try StateFile.syncFolder(of: path)
    }
}

extension UncleanExitMarker.Run {
    /// Lines of `key=value`; absent values have no line.
    fileprivate var text: String {
        let lines: [(String, String?)] = [
            ("pid", processID.map(String.init)), ("invocation_id", invocationID),
            ("started_at", startedAtSeconds.map(String.init)), ("boot_id", bootID),
        ]
        return lines.compactMap { key, value in value.map { "\(key)=\($0)\n" } }.joined()
    }

    fileprivate init(parsing text: String) {
        var values: [Substring: String] = [:]
        for line in text.split(separator: "\n") {
            let sides = line.split(separator: "=", maxSplits: 1)
            if sides.count == 2 { values[sides[0]] = String(sides[1]) }
        }
        self.init(
            processID: values["pid"].flatMap { Int32($0) },
            invocationID: values["invocation_id"],
            startedAtSeconds: values["started_at"].flatMap { Int64($0) },
            bootID: values["boot_id"]
        )
    }
}
