/// Requests that come while others are being served are served together, next.
///
/// Where serving many costs little more than serving one, as with a transaction, this is as fast as the machine allows
/// under load and adds no wait without. There is no task of its own: whoever comes first serves a batch for all who wait,
/// and hands over to one of those who came meanwhile.
public final class CombiningQueue<Request: Sendable, Answer: Sendable>: Sendable {
    private struct Waiting: Sendable {
        let request: Request
        let turn: UnsafeContinuation<Turn?, Never>
    }

    /// What somebody who waited gets.
    private enum Turn: Sendable {
        case answer(Answer)
        /// To serve these, and with them oneself: the first.
        case serve([Waiting])
    }

    private struct State {
        var waiting: [Waiting] = []
        var isServing = false
    }

    private let batchMax: Int
    private let waitingMax: Int
    private let serve: @Sendable ([Request]) async -> [Answer]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - batchMax: how many are served together at most.
    ///   - waitingMax: how many may wait; the rest is refused.
    ///   - serve: answers a batch, each request with the answer at its place. It runs to its end whoever is cancelled.
    public init(
        batchMax: Int,
        waitingMax: Int,
        serve: @escaping @Sendable ([Request]) async -> [Answer]
    ) {
        self.batchMax = max(1, batchMax)
        self.waitingMax = max(1, waitingMax)
        self.serve = serve
    }

    /// How many wait.
    public var depth: Int { state.withLock { $0.waiting.count } }

    /// Has a request served, alone or with others.
    ///
    /// - Throws: `WorkRefused` when too many wait.
    public func answer(to request: Request) async throws(WorkRefused) -> Answer {
        let turn = await withUnsafeContinuation { (turn: UnsafeContinuation<Turn?, Never>) in
            let batch = state.withLock { state -> [Waiting]? in
                guard state.waiting.count < waitingMax else { return nil }
                state.waiting.append(Waiting(request: request, turn: turn))
                guard !state.isServing else { return [] }
                state.isServing = true
                return takeBatch(&state)
            }
            guard let batch else { return turn.resume(returning: nil) }
            batch.first?.turn.resume(returning: .serve(batch))
        }
        switch turn {
        case nil: throw WorkRefused()
        case .answer(let answer): return answer
        case .serve(let batch): return await serve(batch)
        }
    }

    /// Serves a batch whose first is the caller's own, and hands over to the next.
    private func serve(_ batch: [Waiting]) async -> Answer {
        let answers = await serve(batch.map(\.request))
        precondition(answers.count == batch.count, "each request has one answer")
        let next = state.withLock { state -> [Waiting] in
            state.isServing = !state.waiting.isEmpty
            return takeBatch(&state)
        }
        next.first?.turn.resume(returning: .serve(next))
        for (waiting, answer) in zip(batch, answers).dropFirst() { waiting.turn.resume(returning: .answer(answer)) }
        return answers[0]
    }

    private func takeBatch(_ state: inout State) -> [Waiting] {
        let batch = Array(state.waiting.prefix(batchMax))
        state.waiting.removeFirst(batch.count)
        return batch
    }
}
