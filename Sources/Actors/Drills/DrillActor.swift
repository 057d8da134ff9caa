package import Bus
import Glibc
import Threading

/// An actor that misbehaves on order, for tests and for drills on a running system.
package actor DrillActor: SupervisedActor {
    package nonisolated let name: ActorName
    private let context: ActorContext
    private let orders: DrillOrders
    private var stopTakes: Duration = .zero
    private var crashesInStop = false

    /// - Throws: `DrillError` when a crash in its start was ordered.
    package init(_ context: ActorContext, orders: DrillOrders) throws {
        guard !orders.takeCrashInInit() else { throw DrillError("crash in init") }
        name = context.name
        self.context = context
        self.orders = orders
    }

    package func run() async throws {
        context.ready()
        while let drill = await orders.next() {
            context.progress()
            switch drill {
            case .reportProgress: break
            case .throwError(let text): throw DrillError(text)
            case .returnNormally: return
            case .hang: await untilCancelled()
            case .ignoreCancel: await orders.waitForRelease()
            case .slowStop(let duration): stopTakes = duration
            case .crashInStop: crashesInStop = true
            case .crashInInit(let times):
                orders.noteCrashesInInit(times)
                throw DrillError("crash in init")
            case .blockThreads(let count, let limit): await block(threads: count, atMost: limit)
            }
        }
        try await stopAsOrdered()
    }

    private func stopAsOrdered() async throws {
        if stopTakes > .zero {
            let (duration, patience) = (stopTakes, try WakeUp())
            // A cancelled task cannot sleep, so a thread does it for this one.
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                do {
                    _ = try OSThread(name: "drill") {
                        patience.wait(atMost: duration)
                        continuation.resume()
                    }
                } catch {
                    continuation.resume()  // No thread to be had: this drill ends early.
                }
            }
        }
        if crashesInStop { throw DrillError("crash in stop") }
    }

    /// Does on purpose what nothing else in the program may do: it waits in a system call on pool threads.
    private func block(threads: Int, atMost limit: Duration) async {
        let released = orders.released
        await withDiscardingTaskGroup { group in
            // A child for each thread of the pool that is to hang.
            for _ in 0..<threads { group.addTask { released.wait(atMost: limit) } }
        }
    }
}
