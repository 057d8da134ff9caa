package import Bus
package import Logging
import PlayoutLink
import Telemetry
package import Threading

/// The whole playout: the audio thread, the loader, the journal, and the socket.
///
/// `run` is its life, on the thread that calls it. It decides nothing itself: it carries what happened to the director, and
/// what the director wants to the others.
package final class PlayoutStation: Sendable {
    private let settings: PlayoutSettings
    private let sinks: [any ProgrammeSink]
    private let follower: (any ProgrammeFollower)?
    private let logger: Logger
    private let wakeUp: WakeUp
    private let isStopping = Atomic<Bool>(false)
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - settings: where things are.
    ///   - sinks: who gets the sound.
    ///   - follower: hears what is on air, and sends it.
    ///   - logger: where the playout logs.
    ///   - now: the wall clock.
    /// - Throws: `ThreadError` when the process is out of descriptors.
    package init(
        _ settings: PlayoutSettings,
        sinks: [any ProgrammeSink],
        follower: (any ProgrammeFollower)? = nil,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) throws(ThreadError) {
        self.settings = settings
        self.sinks = sinks
        self.follower = follower
        self.logger = logger
        self.now = now
        wakeUp = try WakeUp()
    }

    /// Asks `run` to end; from any thread.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        wakeUp.signal()
    }

    /// Plays until asked to stop; blocks until then.
    ///
    /// - Parameters:
    ///   - onReady: called when the socket is there and the programme is being made.
    ///   - onAlive: called about once a second as long as the audio thread makes progress.
    /// - Throws: `PlayoutError` when it cannot start.
    package func run(
        onReady: () -> Void = {},
        onAlive: () -> Void = {}
    ) throws(PlayoutError) {
        let lock = try InstanceLock(path: settings.lockPath)
        try run(holding: lock, onReady, onAlive)
    }

    /// The lock is held as long as this runs.
    private func run(
        holding lock: borrowing InstanceLock,
        _ onReady: () -> Void,
        _ onAlive: () -> Void
    ) throws(PlayoutError) {
        let engine = try PlayoutEngine(
            settings,
            sinks: sinks,
            follower: follower,
            logger: logger,
            wakeUp: wakeUp,
            startedAt: now()
        )
        defer { engine.close(at: now()) }
        engine.start(at: now())
        onReady()
        var aliveBlocks: Int64 = 0
        while !isStopping.load(ordering: .acquiring), !engine.isShutDown {
            engine.turn(waitingMilliseconds: 200, now: now)
            let blocks = engine.blocks
            if blocks >= aliveBlocks + Int64(LevelMeter.secondBlocks) {
                aliveBlocks = blocks
                onAlive()
            }
        }
    }
}
