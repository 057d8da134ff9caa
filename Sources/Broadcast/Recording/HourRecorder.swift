import Bus
import Glibc
package import Logging
import Threading

/// Records what is on air into a file for each hour of UTC, `YYYY-MM-DD/HH.aac`, on a thread of its own.
package final class HourRecorder: BroadcastOutput {
    package let settings: RecorderSettings
    private let logger: Logger
    private let thread: OutputThread
    let frames: FrameQueue
    private let current = Mutex(RecorderStatus())

    private static let saveEvery = Duration.seconds(10)

    /// - Throws: `ThreadError` when the system refuses.
    package init(_ settings: RecorderSettings, logger: Logger) throws {
        self.settings = settings
        self.logger = logger
        thread = try OutputThread()
        frames = FrameQueue(seconds: 60, wakeUp: thread.wakeUp, wakeAt: 100)
    }

    /// Starts the thread; once.
    ///
    /// - Throws: `ThreadError` when the system refuses.
    package func start() throws { try thread.start("recorder") { [self] in live() } }

    /// Tells it to end, without waiting.
    package func askToStop() { thread.askToStop() }

    /// Writes what is waiting and ends; blocks for as long as the disk does.
    package func stop() {
        thread.askToStop()
        thread.join()
    }

    /// Takes frames, from any one thread.
    package func append(_ new: [EncodedFrame], _ start: InitSegment) { frames.append(new, start) }

    package var status: RecorderStatus {
        var status = current.withLock { $0 }
        status.droppedFrames = frames.dropped
        return status
    }

    // MARK: The thread

    private func live() {
        var policy = RestartPolicy(first: .seconds(1), longest: .seconds(10), resetAfter: .seconds(30))
        var (files, savedAt, workedSince) = (HourFiles?.none, ContinuousClock.now, ContinuousClock.now)
        while true {
            let mustStop = thread.mustStop
            do throws(OutputFolderError) {
                let open: HourFiles
                if let known = files { open = known } else { open = try openFolder() }
                files = open
                try write(open)
                if mustStop || savedAt.duration(to: .now) >= Self.saveEvery {
                    try open.saveIndex()
                    savedAt = .now
                }
                if mustStop { return }
                // By the second: writing each frame by itself would only cost more.
                thread.wait(.seconds(1))
            } catch {
                failed(error)
                if mustStop { return }
                let worked = workedSince.duration(to: .now)
                let until = ContinuousClock.now.advanced(
                    by: max(.milliseconds(200), policy.delay(afterWorking: worked))
                )
                // Sound waits in the queue meanwhile.
                while !thread.mustStop, ContinuousClock.now < until {
                    thread.wait(ContinuousClock.now.duration(to: until))
                }
                workedSince = .now
            }
        }
    }

    private func openFolder() throws(OutputFolderError) -> HourFiles {
        let files = try HourFiles(settings)
        try files.finishLeftovers(now: .now)
        try retain(files)
        return files
    }

    private func write(_ files: HourFiles) throws(OutputFolderError) {
        let new = frames.takeAll()
        let finished = try files.append(new)
        note(files, finished, wrote: !new.isEmpty)
        guard finished > 0 else { return }
        try files.finishLeftovers(now: .now)
        try retain(files)
    }

    private func retain(_ files: HourFiles) throws(OutputFolderError) {
        for hour in RecordingRetention.expired(try files.hours(), settings, now: .now) {
            try files.remove(hour)
            current.withLock { $0.removedHours += 1 }
        }
    }

    private func note(_ files: HourFiles, _ finished: Int, wrote: Bool) {
        let wasFailing = current.withLock { status in
            status.file = files.file
            status.writtenBytes = files.writtenBytes
            status.gaps = files.gaps
            status.finishedHours += finished
            guard wrote else { return false }
            status.lastWriteAt = .now
            return status.failure.take() != nil
        }
        if wasFailing { logger.notice("recording again") }
    }

    private func failed(_ error: OutputFolderError) {
        let isNew = current.withLock { status in
            status.failures += 1
            defer { status.failure = "\(error)" }
            return status.failure != "\(error)"
        }
        if isNew { logger.error("cannot record", metadata: ["error": "\(error)"]) }
    }
}
