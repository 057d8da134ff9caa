import Threading

/// One life of an actor: the token that its events, writes and spending carry.
///
/// A restart makes a new one. An incarnation that ignores cancellation cannot be stopped, but it can be fenced: from
/// then on `check()` throws, so that it can neither publish nor write nor spend, whatever it goes on computing.
public final class Incarnation: Sendable {
    public let name: ActorName
    /// 1 for the first life, one more at each restart.
    public let number: UInt64
    private let fenced = Atomic<Bool>(false)

    public init(of name: ActorName, number: UInt64 = 1) {
        self.name = name
        self.number = number
    }

    public var isFenced: Bool { fenced.load(ordering: .acquiring) }

    /// Shuts this life out for good.
    ///
    /// Safe from any thread, and more than once.
    public func fence() { fenced.store(true, ordering: .releasing) }

    /// - Throws: `FencedError` once this life has been shut out.
    public func check() throws(FencedError) {
        guard !isFenced else { throw FencedError(name: name, number: number) }
    }
}

/// An incarnation that has been replaced tried to act.
public struct FencedError: Error, Hashable, CustomStringConvertible {
    public let name: ActorName
    public let number: UInt64

    public var description: String { "\(name) #\(number) has been replaced and may no longer act" }
}
