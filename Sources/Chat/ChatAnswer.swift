import Bus
package import LLM
import Threading

/// An answer on its way from the model to whoever asked, in pieces: at one end the call, at the other one reader.
///
/// The model waits while its reader is slow, and stops when there is none any more.
package final class ChatAnswer: Sendable {
    package enum Event: Sendable {
        /// Some of the answer, and who says it.
        case pieces([CompletionPiece], ModelTarget)
        /// Nothing has come for a while.
        case quiet
        /// Nothing more comes.
        case finished(ChatResult)
    }

    private struct State {
        var waiting: [(pieces: [CompletionPiece], target: ModelTarget)] = []
        var result: ChatResult?
        var isAbandoned = false
        var readerWaitsSince: Duration?
        var reader: CheckedContinuation<Void, Never>?
        var writer: CheckedContinuation<Void, Never>?
        var isQuiet = false
    }

    private let state = Mutex(State())
    private let gone = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
    private let stopwatch: Stopwatch

    /// Batches that wait for a slow reader before the model does.
    private static let waitingMax = 32

    init(stopwatch: Stopwatch) { self.stopwatch = stopwatch }

    // MARK: The reader's end

    /// Waits for what comes next; only one reader at a time.
    package func next() async -> Event {
        while true {
            let (event, writer) = state.withLock { state -> (Event?, CheckedContinuation<Void, Never>?) in
                if !state.waiting.isEmpty {
                    // What has come meanwhile from the same model goes together.
                    let target = state.waiting[0].target
                    let count = state.waiting.prefix { $0.target == target }.count
                    let pieces = state.waiting.prefix(count).flatMap(\.pieces)
                    state.waiting.removeFirst(count)
                    return (.pieces(pieces, target), state.writer.take())
                }
                if let result = state.result { return (.finished(result), nil) }
                guard state.isQuiet else { return (nil, nil) }
                state.isQuiet = false
                return (.quiet, nil)
            }
            writer?.resume()
            if let event { return event }
            await waitForSomething()
        }
    }

    private func waitForSomething() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state -> Bool in
                guard state.waiting.isEmpty, state.result == nil, !state.isQuiet else { return true }
                state.readerWaitsSince = stopwatch.elapsed
                state.reader = continuation
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Nobody reads on; the call is given up, and charged for what was delivered.
    package func abandon() {
        let writer = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.isAbandoned, state.result == nil else { return nil }
            state.isAbandoned = true
            return state.writer.take()
        }
        writer?.resume()
        gone.continuation.finish()
    }

    // MARK: The call's end

    /// Hands pieces over; waits while too many wait, and as long as there is a reader.
    func put(_ pieces: [CompletionPiece], from target: ModelTarget) async {
        let (reader, isFull) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
            state.waiting.append((pieces, target))
            return (state.reader.take(), state.waiting.count >= ChatAnswer.waitingMax)
        }
        reader?.resume()
        guard isFull else { return }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state -> Bool in
                    guard state.waiting.count >= ChatAnswer.waitingMax, !state.isAbandoned, !Task.isCancelled else {
                        return true
                    }
                    state.writer = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.writer.take() }?.resume()
        }
    }

    func finish(_ result: ChatResult) {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.result = result
            return state.reader.take()
        }
        reader?.resume()
        gone.continuation.finish()
    }

    /// Returns when the reader has gone, the answer is finished, or the task is cancelled.
    func waitUntilAbandoned() async { for await _ in gone.stream {} }

    /// Lets a reader know who has waited for so long that it should show a sign of life.
    func tick(quietAfter limit: Duration) {
        let now = stopwatch.elapsed
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.reader != nil, let since = state.readerWaitsSince, now - since >= limit else { return nil }
            state.isQuiet = true
            return state.reader.take()
        }
        reader?.resume()
    }
}

/// What became of a call that was paid for.
package struct ChatResult: Sendable {
    package let report: CallReport
    /// What was charged; `nil` when nothing was delivered.
    package let charge: ChatCharge?
    /// What is left in the account; `nil` when that could not be written down, and nothing was charged.
    package let remaining: Int64?
    /// How old the answer is, where it was given before; `nil` for one that was made for this call.
    package var age: Duration?
}
