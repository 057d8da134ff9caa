import Logging
import Threading

/// The push targets that there are now.
final class PushTargets: Sendable {
    private let program: String
    private let logger: Logger
    private let targets = Mutex<[PushTarget]>([])
    /// Changes are made one after the other; whoever hands out frames does not wait for them.
    private let changing = Mutex(false)

    init(program: String, logger: Logger) {
        self.program = program
        self.logger = logger
    }

    func append(_ frames: [EncodedFrame], _ start: InitSegment) {
        let present = targets.withLock { $0 }
        for target in present { target.append(frames, start) }
    }

    var statuses: [PushStatus] { targets.withLock { $0 }.map(\.status) }

    /// Ends those that are not wanted any more and starts those that are new.
    ///
    /// - Throws: `BroadcastSettingsError`, or `ThreadError`; then nothing has changed.
    func replace(_ wanted: [PushTargetSettings]) throws {
        let problems = BroadcastSettings.problems(wanted)
        guard problems.isEmpty else { throw BroadcastSettingsError(problems: problems) }
        try changing.withLock { _ in
            let before = targets.withLock { $0 }
            var (after, started) = ([PushTarget](), [PushTarget]())
            do {
                for settings in wanted {
                    if let same = before.first(where: { $0.settings == settings }) {
                        after.append(same)
                        continue
                    }
                    let target = try PushTarget(settings, program: program, logger: logger)
                    try target.start()
                    started.append(target)
                    after.append(target)
                }
            } catch {
                end(started)
                throw error
            }
            targets.withLock { [after] in $0 = after }
            end(before.filter { old in !after.contains { $0 === old } })
        }
    }

    func stop() {
        changing.withLock { _ in
            let before = targets.withLock { $0 }
            end(before)
            // Their last statuses can still be seen.
        }
    }

    /// All are told before one is waited for.
    private func end(_ targets: [PushTarget]) {
        for target in targets { target.askToStop() }
        for target in targets { target.stop() }
    }
}
