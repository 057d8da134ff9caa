import Threading

/// Something that gets what the encoder makes, on a thread of its own.
protocol BroadcastOutput: AnyObject, Sendable {
    associatedtype Settings: Hashable & Sendable
    associatedtype Status: Sendable

    var settings: Settings { get }
    var status: Status { get }

    /// - Throws: `ThreadError` when the system refuses.
    func start() throws
    /// Takes frames, from any one thread; must not block.
    func append(_ new: [EncodedFrame], _ start: InitSegment)
    /// Tells it to end, without waiting.
    func askToStop()
    /// Ends it; may block for some seconds.
    func stop()
}

/// The outputs of one kind that there are now.
final class OutputSet<Output: BroadcastOutput>: Sendable {
    private let make: @Sendable (Output.Settings) throws -> Output
    private let outputs = Mutex<[Output]>([])
    /// Changes are made one after the other; whoever hands out frames does not wait for them.
    private let changing = Mutex(false)

    /// - Parameter make: makes one that is not started yet.
    init(_ make: @escaping @Sendable (Output.Settings) throws -> Output) { self.make = make }

    func append(_ frames: [EncodedFrame], _ start: InitSegment) {
        for output in all { output.append(frames, start) }
    }

    var all: [Output] { outputs.withLock { $0 } }
    var statuses: [Output.Status] { all.map(\.status) }

    /// Ends those that are not wanted any more, then starts those that are new; those that stay are not touched.
    ///
    /// In this order, because two must not write into one folder, and a server takes one source for a mount.
    ///
    /// - Throws: `ThreadError` when the system refuses; those that could not be started are missing then.
    func replace(_ wanted: [Output.Settings]) throws {
        try changing.withLock { _ in
            let before = all
            let staying = before.filter { wanted.contains($0.settings) }
            outputs.withLock { $0 = staying }
            end(before.filter { old in !staying.contains { $0 === old } })
            var after: [Output] = []
            defer { outputs.withLock { [after] in $0 = after } }
            for settings in wanted {
                if let same = staying.first(where: { $0.settings == settings }) {
                    after.append(same)
                    continue
                }
                let output = try make(settings)
                try output.start()
                after.append(output)
            }
        }
    }

    /// Ends all; their last statuses can still be seen.
    func stop() { changing.withLock { _ in end(all) } }

    /// All are told before one is waited for.
    private func end(_ outputs: [Output]) {
        for output in outputs { output.askToStop() }
        for output in outputs { output.stop() }
    }
}
