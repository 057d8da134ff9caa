import Bus
import ChildProcesses
import Glibc
package import Logging
package import Sound
import Threading

/// Turns the programme into AAC by a child process that is replaced when it fails, without a gap in the sound.
///
/// One thread of its own feeds the child from the ring, reads what it makes, and hands frames on. The ring keeps the
/// sound of the last seconds, so that a new child is fed what the old one took with it.
package final class Encoder: Sendable {
    private let settings: EncoderSettings
    private let ring: SampleRing
    private let output: @Sendable ([EncodedFrame], InitSegment) -> Void
    private let logger: Logger
    private let thread: OutputThread
    private let current = Mutex(EncoderStatus())
    private let child = Atomic<Int32>(0)

    /// - Parameters:
    ///   - settings: how to encode.
    ///   - ring: what the audio thread writes to; this is its only consumer. It holds more than the history.
    ///   - logger: gets starts and failures.
    ///   - output: called on the encoder's thread with frames in order; must not block.
    /// - Throws: `ThreadError` when the system refuses.
    package init(
        _ settings: EncoderSettings,
        ring: SampleRing,
        logger: Logger,
        output: @escaping @Sendable ([EncodedFrame], InitSegment) -> Void
    ) throws {
        self.settings = settings
        self.ring = ring
        self.output = output
        self.logger = logger
        thread = try OutputThread()
    }

    /// Starts the thread; once.
    ///
    /// - Throws: `ThreadError` when the system refuses.
    package func start() throws { try thread.start("encoder") { [self] in live() } }

    /// Lets the child encode what it has, ends it and waits for that; blocks for two seconds at most.
    package func stop() {
        thread.askToStop()
        thread.join()
    }

    package var status: EncoderStatus {
        var status = current.withLock { $0 }
        status.overrunSamples = ring.overrunFrames
        return status
    }

    /// The child's process id, while there is one.
    package var processID: Int32? {
        let id = child.load(ordering: .relaxed)
        return id > 0 ? id : nil
    }

    // MARK: The thread

    private func live() {
        var life = EncoderLife(
            settings: settings,
            ring: ring,
            policy: RestartPolicy(first: .milliseconds(200), longest: .seconds(5), resetAfter: .seconds(10))
        )
        while !thread.mustStop {
            do throws(ChildLaunchError) {
                let program = try ChildProgram(settings.program, settings.arguments)
                child.store(program.processID, ordering: .relaxed)
                encode(program, &life)
                child.store(0, ordering: .relaxed)
            } catch {
                fail(error.isMissing ? .unavailable : .restarting, "\(error)", &life)
                pause(error.isMissing ? settings.lookAgainAfter : life.delayAfterFailure(worked: .zero), &life)
            }
        }
        current.withLock { $0.state = .stopped }
    }

    /// One child's life.
    private func encode(_ program: ChildProgram, _ life: inout EncoderLife) {
        let began = ContinuousClock.now
        life.begin()
        current.withLock { status in
            status.state = .starting
            status.starts = life.timeline.run
            status.lostSamples = life.timeline.lostSamples
        }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var (failure, hasEnded) = (String?.none, false)
        while failure == nil {
            if thread.mustStop { life.isEnding = true }
            if life.isEnding, life.isFed { program.closeInput() }
            var descriptors = [
                pollfd(fd: life.hasMore ? program.input : -1, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: program.output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: program.errors, events: Int16(POLLIN), revents: 0),
            ]
            // The audio thread wakes nobody: the ring is looked at after each block's length.
            thread.wait(&descriptors, timeout: .milliseconds(20))
            failure = life.feed(program)
            hasEnded = failure != nil
            if failure == nil { failure = receive(program, &life, &buffer, &hasEnded) ?? life.problem() }
            if descriptors[2].revents != 0 { program.readErrors(&buffer) }
            life.releaseHistory()
            current.withLock { $0.behindSeconds = life.behindSeconds }
        }
        let exit = program.end(grace: hasEnded ? .milliseconds(200) : .zero)
        let words = program.lastWords()
        if life.isEnding { return }
        let reason = [failure ?? "", exit, words].filter { !$0.isEmpty }.joined(separator: ": ")
        current.withLock { status in
            status.lastExit = reason
            status.lastExitAt = .now
        }
        fail(.restarting, reason, &life)
        pause(life.delayAfterFailure(worked: began.duration(to: .now)), &life)
    }

    /// Reads what the child made and hands its frames on.
    ///
    /// - Returns: why the child is of no more use.
    private func receive(
        _ program: ChildProgram,
        _ life: inout EncoderLife,
        _ buffer: inout [UInt8],
        _ hasEnded: inout Bool
    ) -> String? {
        while true {
            guard let count = program.read(into: &buffer) else {
                hasEnded = true
                return "it ended"
            }
            guard count > 0 else { return nil }
            do throws(MP4Error) {
                let frames = try life.take(buffer[..<count])
                guard let start = life.start, !frames.isEmpty else { continue }
                let failedAt = life.failedAt.take()
                current.withLock { status in
                    status.state = .running
                    status.reason = nil
                    status.frames += frames.count
                    if let failedAt {
                        status.lastRestartMilliseconds = Int(failedAt.duration(to: .now) / .milliseconds(1))
                    }
                }
                output(frames, start)
            } catch {
                return "its output cannot be read: \(error)"
            }
        }
    }

    private func fail(_ state: EncoderStatus.State, _ reason: String, _ life: inout EncoderLife) {
        if life.failedAt == nil { life.failedAt = .now }
        let isNew = current.withLock { status in
            defer {
                status.state = state
                status.reason = reason
            }
            return status.state != state || status.reason != reason
        }
        if isNew { logger.warning("encoder failed", metadata: ["reason": "\(reason)"]) }
    }

    /// Waits, and lets old sound go meanwhile, so that the audio thread always finds room.
    private func pause(_ length: Duration, _ life: inout EncoderLife) {
        let until = ContinuousClock.now.advanced(by: length)
        while !thread.mustStop, ContinuousClock.now < until {
            thread.wait(min(.milliseconds(100), ContinuousClock.now.duration(to: until)))
            life.releaseHistory()
            current.withLock { $0.behindSeconds = life.behindSeconds }
        }
    }
}
