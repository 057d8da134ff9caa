import Glibc
package import Threading

/// What the loader is told.
package enum LoaderCommand: Sendable {
    /// Fill a buffer that nobody uses.
    case load(buffer: Int, serial: Int64, path: String, startFrame: Int)
    /// Let go of a buffer.
    case release(buffer: Int, serial: Int64)
    /// Keep the bed's ring full from this file, round and round; `nil` is none.
    case bed(path: String?)
}

/// What the loader tells.
package enum LoaderReport: Sendable, Hashable {
    /// The buffer holds enough to begin with; the item has so many frames in all.
    case ready(serial: Int64, totalFrames: Int)
    /// The file cannot be played, or not to its end.
    case failed(serial: Int64, reason: String)
    /// The loader will not touch the buffer again.
    case released(buffer: Int)
    case bedReady
    case bedFailed(reason: String)
}

/// Reads the files of the next items ahead of the mixer, on a thread of its own, so that no disk holds up the sound.
package final class ItemLoader: Sendable {
    private struct Inbox {
        var commands: [LoaderCommand] = []
        var isClosing = false
    }

    private let inbox = Mutex(Inbox())
    private let wakeUp: WakeUp
    private let thread = Mutex<OSThread?>(nil)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - parts: the buffers to fill.
    ///   - report: called on the thread; must not block.
    /// - Throws: `ThreadError` when the system refuses.
    package init(_ parts: MixerParts, report: @escaping @Sendable (LoaderReport) -> Void) throws(ThreadError) {
        wakeUp = try WakeUp()
        let thread = try OSThread(name: "loader") {
            self.run(LoaderJobs(parts, report: report))
        }
        self.thread.withLock { $0 = thread }
    }

    package func send(_ command: LoaderCommand) {
        inbox.withLock { $0.commands.append(command) }
        wakeUp.signal()
    }

    /// Ends the thread; blocks until then.
    package func close() {
        inbox.withLock { $0.isClosing = true }
        wakeUp.signal()
        thread.withLock { $0.take() }?.join()
    }

    /// How often the buffers are looked at while nothing else happens; each holds more than five seconds.
    private static let refillMilliseconds: Int32 = 250

    private func run(_ jobs: LoaderJobs) {
        while true {
            let (commands, isClosing) = inbox.withLock { inbox -> ([LoaderCommand], Bool) in
                defer { inbox.commands = [] }
                return (inbox.commands, inbox.isClosing)
            }
            if isClosing { return }
            for command in commands { jobs.take(command) }
            if jobs.advance() { continue }
            var descriptor = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&descriptor, 1, jobs.isIdle ? -1 : ItemLoader.refillMilliseconds) > 0 { wakeUp.drain() }
        }
    }
}
