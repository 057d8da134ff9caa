import Glibc
import Puppets
import RenderWire
import Threading

/// Reads the sound of what is on air on a thread of its own, while pictures go on being drawn.
final class LiveLoader: Sendable {
    private struct State {
        var wanted: (item: LiveItem, mood: PuppetMood)?
        var loaded: LiveLine?
        var fault: RenderFault?
    }

    private let state = Mutex(State())
    private let wakeUp: WakeUp

    /// - Throws: `RenderFault` when the system refuses.
    init() throws(RenderFault) {
        do throws(ThreadError) {
            wakeUp = try WakeUp()
            // Lives as long as the process.
            _ = try OSThread(name: "loader") { [self] in while true { load() } }
        } catch {
            throw RenderFault(.unavailable, "no thread: \(error)")
        }
    }

    /// The newest counts: what it replaces is over.
    func want(_ item: LiveItem, _ mood: PuppetMood) {
        state.withLock { $0.wanted = (item, mood) }
        wakeUp.signal()
    }

    /// What was loaded since; given once.
    func take() -> (line: LiveLine?, fault: RenderFault?) {
        state.withLock { ($0.loaded.take(), $0.fault.take()) }
    }

    private func wait() {
        var descriptor = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
        if poll(&descriptor, 1, -1) > 0 { wakeUp.drain() }
    }

    private func load() {
        guard let (item, mood) = state.withLock({ $0.wanted.take() }) else { return wait() }
        do throws(RenderFault) {
            let line = try LiveLine(item, mood)
            state.withLock { $0.loaded = line }
        } catch {
            state.withLock { $0.fault = error }
        }
    }
}
