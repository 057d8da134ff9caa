import Glibc
import Sound
package import Threading

/// The thread that makes the programme, in time, and hands it to the sinks.
///
/// It takes commands from one ring and reports into another, and never waits for anything but the clock.
package final class AudioThread: Sendable {
    package let figures = AudioFigures()
    private let commands = MessageRing<MixerCommand>(capacity: 256)
    private let isStopping = Atomic<Bool>(false)
    private let thread = Mutex<OSThread?>(nil)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - parts: what the mixer draws from.
    ///   - sinks: who gets each block.
    ///   - reported: signalled after a block that had something to tell.
    /// - Throws: `ThreadError` when the system refuses.
    package init(_ parts: MixerParts, sinks: [any ProgrammeSink], reported: WakeUp) throws(ThreadError) {
        let thread = try OSThread(name: "audio") { self.run(parts, sinks, reported) }
        self.thread.withLock { $0 = thread }
    }

    /// Tells the mixer something before its next block; for one thread.
    ///
    /// - Returns: `false` when the ring is full.
    package func send(_ command: MixerCommand) -> Bool { commands.put(command) }

    /// Ends the thread after its block; blocks until then.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
    }

    private func run(_ parts: MixerParts, _ sinks: [any ProgrammeSink], _ reported: WakeUp) {
        figures.scheduling = AudioThread.hurry()
        let block = UnsafeMutablePointer<Float>.allocate(capacity: AudioFormat.blockSamples)
        defer { block.deallocate() }
        var mixer = Mixer(parts)
        var pacer = Pacer(startNanoseconds: AudioThread.now(CLOCK_MONOTONIC))
        var told = parts.reports.putTotal
        while !isStopping.load(ordering: .acquiring) {
            let now = AudioThread.now(CLOCK_MONOTONIC)
            switch pacer.next(atNanoseconds: now) {
            case .sleep(let moment): AudioThread.sleep(untilNanoseconds: moment)
            case .render:
                while let command = commands.take() { mixer.apply(command) }
                mixer.render(into: block)
                // Not `for in`: its iterator takes memory where nothing is optimised.
                var index = 0
                while index < sinks.count {
                    sinks[index].push(UnsafeBufferPointer(start: block, count: AudioFormat.blockSamples))
                    index += 1
                }
                figures.count(pacer)
                if figures.blocks % 50 == 0 {
                    pacer.follow(
                        wallOffsetNanoseconds: AudioThread.now(CLOCK_REALTIME) - AudioThread.now(CLOCK_MONOTONIC)
                    )
                }
                if parts.reports.putTotal != told {
                    told = parts.reports.putTotal
                    reported.signal()
                }
            }
        }
    }

    private static func now(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func sleep(untilNanoseconds moment: Int64) {
        var time = timespec(tv_sec: Int(moment / 1_000_000_000), tv_nsec: Int(moment % 1_000_000_000))
        // A signal that cuts it short only makes the loop look at the clock again.
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil)
    }

    /// Lets the system prefer this thread, as far as it is allowed to.
    private static func hurry() -> AudioFigures.Scheduling {
        var parameters = sched_param()
        parameters.sched_priority = 20
        if pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters) == 0 { return .fifo }
        // On Linux this is about the calling thread alone.
        return setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -11) == 0 ? .nice : .normal
    }
}
