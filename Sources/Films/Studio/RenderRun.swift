import ChildProcesses
import Glibc
import RenderWire
import Threading

/// One run of the renderer, from its start to its end.
///
/// A thread of its own reads what it tells, sees whether it gets on, and ends it: first by asking, then by force, and all
/// that it has started with it.
final class RenderRun: Sendable {
    /// What became of it.
    enum End: Sendable {
        case told(RenderReport, ChildEnd)
        /// It ended without a last word.
        case silent(ChildEnd)
        case stalled
        case broken
        case stopped
        case notStarted(ChildLaunchError)
    }

    private let launch: ChildLaunch
    private let stall: Duration
    private let grace: Duration
    private let wake: WakeUp
    private let isStopped = Mutex(false)
    private let onProgress: @Sendable (_ done: Int, _ total: Int) -> Void

    /// - Parameters:
    ///   - launch: the program, without its streams.
    ///   - stall: how long it may draw no frame.
    ///   - grace: how long it may take to end when asked.
    ///   - onProgress: called on the run's thread.
    /// - Throws: `ThreadError` when the process is out of descriptors.
    init(
        _ launch: ChildLaunch,
        stall: Duration,
        grace: Duration,
        onProgress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) throws(ThreadError) {
        self.launch = launch
        self.stall = stall
        self.grace = grace
        self.onProgress = onProgress
        wake = try WakeUp()
    }

    /// Runs it, once.
    ///
    /// A cancelled task ends it, and returns when it has ended.
    ///
    /// - Throws: `ThreadError` when the system has no more threads.
    func run() async throws(ThreadError) -> End {
        // The child is to be gone before anybody goes on, so that a cancelled task waits here too.
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { (done: UnsafeContinuation<Result<End, ThreadError>, Never>) in
                do throws(ThreadError) {
                    _ = try OSThread(name: "render") { [self] in done.resume(returning: .success(watch())) }
                } catch {
                    done.resume(returning: .failure(error))
                }
            }
        } onCancel: {
            stop()
        }
        return try result.get()
    }

    private func stop() {
        isStopped.withLock { $0 = true }
        wake.signal()
    }

    // MARK: On the thread

    private func watch() -> End {
        let (pipe, child): (ChildPipe, pid_t)
        do throws(ChildLaunchError) {
            pipe = try ChildPipe()
            var launch = launch
            launch.output = .descriptor(pipe.theirs)
            launch.place = .ownGroup
            launch.closesOthers = true
            child = try launch.start()
        } catch {
            return .notStarted(error)
        }
        pipe.closeTheirs()
        // The programme goes first; what it starts has the same rank.
        setpriority(__priority_which_t(PRIO_PGRP.rawValue), id_t(child), RenderRun.niceness)
        let output = pipe.takeOurs()
        defer { close(output) }
        let (report, verdict) = listen(to: output, of: child)
        let end = RenderRun.end(child, grace: grace, atOnce: verdict != nil)
        if let report { return .told(report, end) }
        return verdict ?? .silent(end)
    }

    private static let niceness: Int32 = 10
    /// How often a child is looked at that says nothing.
    private static let lookMilliseconds: Int64 = 500

    /// - Returns: its last word, or why it is listened to no more; neither when it has ended without.
    private func listen(to output: Int32, of child: pid_t) -> (RenderReport?, End?) {
        var (lines, stalling) = (RenderLines(), StallWatch(limit: stall, at: .now))
        var chunk = [UInt8](repeating: 0, count: 16_384)
        var isOver = false
        while true {
            let left = ContinuousClock.now.duration(to: stalling.deadline)
            guard left > .zero else { return (nil, .stalled) }
            let wait = isOver ? 0 : min(Int64(left / .milliseconds(1)) + 1, Self.lookMilliseconds)
            var polled = [
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&polled, 2, Int32(wait))
            if isStopped.withLock({ $0 }) { return (nil, .stopped) }
            if ready < 0, errno != EINTR { return (nil, .broken) }
            guard ready > 0, polled[0].revents != 0 else {
                // It has ended, and what it had started keeps its end of the line.
                if isOver { return (nil, nil) }
                isOver = RenderRun.hasEnded(child)
                continue
            }
            let count = chunk.withUnsafeMutableBytes { read(output, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return (nil, nil) }
            for report in lines.take(chunk[..<count]) {
                guard case .progress(let done, let total) = report else { return (report, nil) }
                if stalling.note(done: done, of: total, at: .now) { onProgress(done, total) }
            }
            if lines.isBroken { return (nil, .broken) }
        }
    }

    // MARK: Ending

    /// Whether it has ended; its number stays its own until somebody has waited for it.
    private static func hasEnded(_ child: pid_t) -> Bool {
        var info = siginfo_t()
        let options = WEXITED | WNOHANG | WNOWAIT
        guard waitid(P_PID, id_t(child), &info, Int32(options)) == 0 else { return true }
        return info.si_signo == SIGCHLD
    }

    /// Waits for its end, and sees to it.
    private static func end(_ child: pid_t, grace: Duration, atOnce: Bool) -> ChildEnd {
        func waitUntil(_ deadline: ContinuousClock.Instant) -> Bool {
            while !hasEnded(child) {
                guard ContinuousClock.now < deadline else { return false }
                usleep(20_000)
            }
            return true
        }
        if atOnce || !waitUntil(.now + grace) {
            kill(-child, SIGTERM)
            _ = waitUntil(.now + grace)
        }
        // All of its group, while the number is still theirs.
        kill(-child, SIGKILL)
        return ChildEnd.waiting(for: child)
    }
}
