import Glibc
import JSON
package import Threading

/// What a client of the playout hears.
package enum PlayoutUpdate: Hashable, Sendable {
    /// The connection is up, for the first time or again; everything is as the status says, and events go on from there.
    case connected(PlayoutStatus)
    /// The connection is down and is being made again.
    case disconnected(reason: String)
    case event(PlayoutEvent)
}

/// The daemon's side of the link: calls with answers, and a stream of what happens.
///
/// `run` is its life. The socket has a thread of its own; nothing here blocks the concurrency pool. After a break it
/// connects again by itself; events that were missed meanwhile are asked for, and come before `connected` where the playout
/// still has them.
package final class PlayoutClient: Sendable {
    /// Where it connects and how patiently.
    package struct Settings: Sendable {
        package var socketPath: String
        /// The name that the playout logs.
        package var client: String
        package var answerTimeout: Duration = .seconds(5)
        package var backoff: ClosedRange<Duration> = .milliseconds(100)...(.seconds(5))
        /// How many calls may wait for their answers.
        package var callsMax = 256
        /// How many updates may wait for who reads them; the oldest are dropped, and the next `connected` makes up for it.
        package var updatesMax = 2048

        package init(socketPath: String, client: String) {
            self.socketPath = socketPath
            self.client = client
        }
    }

    /// What happens, in order, for one reader.
    package let updates: AsyncStream<PlayoutUpdate>
    private let loop: ClientLoop

    /// - Throws: `ThreadError` when the process is out of descriptors.
    package init(_ settings: Settings) throws(ThreadError) {
        let (stream, continuation) = AsyncStream.makeStream(
            of: PlayoutUpdate.self,
            bufferingPolicy: .bufferingNewest(settings.updatesMax)
        )
        updates = stream
        loop = try ClientLoop(settings, continuation)
    }

    /// Keeps the connection until the task is cancelled; once.
    ///
    /// - Throws: `ThreadError` when the system refuses a thread.
    package func run() async throws {
        let loop = loop
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                do {
                    _ = try OSThread(name: "playout-link") {
                        loop.run()
                        done.resume()
                    }
                } catch {
                    done.resume(throwing: error)
                }
            }
        } onCancel: {
            loop.stop()
        }
    }

    /// Calls the playout.
    ///
    /// - Returns: its answer.
    /// - Throws: `LinkError`: the playout's own, or `.unavailable` when there is no connection or no answer in time. A call
    ///   that was sent may then have been carried out; those that change something may be made again without harm.
    package func call<Method: LinkMethod>(_ method: Method) async throws(LinkError) -> Method.Answer {
        let outcome = await loop.call { id in
            do { return .success(try LinkCoding.request(method, id: id)) } catch {
                return .failure(LinkError(.badParameters, "\(Method.name): it cannot be written as JSON"))
            }
        }
        let answer = try outcome.get()
        do {
            return try LinkCoding.decode(Method.Answer.self, from: answer)
        } catch {
            throw LinkError(.badAnswer, error.message)
        }
    }
}
