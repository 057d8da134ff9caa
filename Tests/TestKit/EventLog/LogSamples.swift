package import Bus
import Glibc
import Store
import Threading

/// A durable event with subjects, for tests of the log.
package struct BallotCast: DurableEvent, Hashable {
    package static let topic: Topic = "test.ballot.cast"
    package var room: String
    package var number: Int
    package var padding = ""

    package init(_ number: Int, room: String = "a", padding: String = "") {
        self.number = number
        self.room = room
        self.padding = padding
    }

    package var subject: Subject? { Subject(room) }
}

/// Another durable event, without subjects.
package struct CallLogged: DurableEvent, Hashable {
    package static let topic: Topic = "test.call.logged"
    package var number: Int

    package init(_ number: Int) { self.number = number }
}

/// The same topic as `BallotCast` in a shape that does not decode from it.
package struct ReshapedBallot: DurableEvent {
    package static let topic: Topic = "test.ballot.cast"
    package var choice: [String]
}

/// A clock that stands still until it is told otherwise.
package final class ManualTime: Sendable {
    private let state: Mutex<Timestamp>

    package init(_ start: Timestamp = Timestamp(seconds: 1_790_000_000)) { state = Mutex(start) }

    package var now: Timestamp { state.withLock { $0 } }

    package func advance(by duration: Duration) { state.withLock { $0 = $0.advanced(by: duration) } }
}

/// Holds a thread until it is opened.
///
/// Blocks, so it is for bodies on a writer's thread only.
package final class ThreadGate: Sendable {
    private let arrival: WakeUp
    private let opening: WakeUp

    package init() throws {
        arrival = try WakeUp()
        opening = try WakeUp()
    }

    /// Blocks the thread until `open()`, for at most a minute.
    package func pass() {
        arrival.signal()
        ThreadGate.wait(for: opening)
    }

    package func open() { opening.signal() }

    /// Returns once somebody is held.
    package func waitForArrival() async throws {
        await withUnsafeContinuation { continuation in
            do {
                _ = try OSThread(name: "gate") { [arrival] in
                    ThreadGate.wait(for: arrival)
                    continuation.resume()
                }
            } catch {
                continuation.resume()
            }
        }
    }

    private static func wait(for wakeUp: WakeUp) {
        var descriptor = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&descriptor, 1, 60_000)
    }
}
