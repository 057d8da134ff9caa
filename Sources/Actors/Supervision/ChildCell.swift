package import Bus
import Threading

/// The place of one child in the tree, whoever fills it at the moment.
///
/// It outlives every incarnation, and a restart of the supervisor too, so that what others hold on to stays good.
package final class ChildCell: Sendable {
    package let name: ActorName
    private let progress = ProgressStamp()
    private let contents = Mutex(Contents())

    private struct Contents {
        var life: ChildLife?
        var actor: (any SupervisedActor)?
        var isReady = false
        var lastNumber: UInt64 = 0
        var watchers: [UInt64: AsyncStream<ChildChange>.Continuation] = [:]
        var lastWatcher: UInt64 = 0
    }

    /// How many changes a watcher may leave unread before the oldest are lost.
    static let unreadChangesMax = 64

    init(name: ActorName) { self.name = name }

    var life: ChildLife? { contents.withLock { $0.life } }
    var actor: (any SupervisedActor)? { contents.withLock { $0.actor } }
    var lastNumber: UInt64 { contents.withLock { $0.lastNumber } }
    var lastProgress: Moment? { progress.last }

    func noteProgress(at moment: Moment) { progress.touch(at: moment) }

    func fill(with life: ChildLife) {
        contents.withLock {
            $0.life = life
            $0.actor = nil
            $0.isReady = false
            $0.lastNumber = life.number
        }
    }

    /// Remembers the instance, unless another life has taken the place.
    func install(_ actor: any SupervisedActor, of life: ChildLife) {
        contents.withLock { if $0.life === life { $0.actor = actor } }
    }

    func noteReady(number: UInt64) {
        let watchers = contents.withLock { contents -> [AsyncStream<ChildChange>.Continuation] in
            guard contents.lastNumber == number else { return [] }
            contents.isReady = true
            return contents.watchers.isEmpty ? [] : Array(contents.watchers.values)
        }
        for watcher in watchers { watcher.yield(.ready(number: number)) }
    }

    func noteEnd(number: UInt64, reason: ExitReason) {
        let watchers = contents.withLock { contents -> [AsyncStream<ChildChange>.Continuation] in
            if contents.lastNumber == number {
                contents.life = nil
                contents.actor = nil
                contents.isReady = false
            }
            return contents.watchers.isEmpty ? [] : Array(contents.watchers.values)
        }
        for watcher in watchers { watcher.yield(.ended(number: number, reason)) }
    }

    /// The place itself is gone: watchers see the end of their stream.
    func close() {
        let watchers = contents.withLock { contents -> [AsyncStream<ChildChange>.Continuation] in
            defer { contents.watchers = [:] }
            return Array(contents.watchers.values)
        }
        for watcher in watchers { watcher.finish() }
    }

    func watch() -> AsyncStream<ChildChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: ChildChange.self,
            bufferingPolicy: .bufferingNewest(ChildCell.unreadChangesMax)
        )
        let (key, readyNumber) = contents.withLock { contents -> (UInt64, UInt64?) in
            contents.lastWatcher += 1
            contents.watchers[contents.lastWatcher] = continuation
            return (contents.lastWatcher, contents.isReady ? contents.lastNumber : nil)
        }
        continuation.onTermination = { [weak self] _ in
            self?.contents.withLock { _ = $0.watchers.removeValue(forKey: key) }
        }
        if let readyNumber { continuation.yield(.ready(number: readyNumber)) }
        return stream
    }
}

/// Something happened to a watched child.
package enum ChildChange: Hashable, Sendable {
    case ready(number: UInt64)
    case ended(number: UInt64, ExitReason)
}
