import Threading

/// Has a question that several ask at once answered once.
///
/// There is no task of its own: whoever comes first works it out. One that fails hands it over to the next, so that a
/// caller who goes away does not take the others with it.
final class SharedQuestions<Answer: Sendable>: Sendable {
    private enum Turn: Sendable {
        case answer(Answer)
        case workOut
        case refused
    }

    private let questionsMax: Int
    private let waitingMax: Int
    private let waiting = Mutex<[String: [UnsafeContinuation<Turn, Never>]]>([:])

    /// - Parameters:
    ///   - questionsMax: different ones that are worked out at once.
    ///   - waitingMax: who may wait for one of them.
    init(questionsMax: Int, waitingMax: Int = 1000) {
        self.questionsMax = max(1, questionsMax)
        self.waitingMax = max(1, waitingMax)
    }

    /// How many wait for an answer to a question.
    func waitingCount(for question: String) -> Int { waiting.withLock { $0[question]?.count ?? 0 } }

    /// Answers a question, or waits for the answer that somebody else is working out.
    ///
    /// - Throws: `OracleError` with `.busy`, or what working it out throws.
    func answer(
        to question: String,
        workingOut work: () async throws(OracleError) -> Answer
    ) async throws(OracleError) -> Answer {
        switch await turn(question) {
        case .refused: throw .busy
        case .answer(let answer): return answer
        case .workOut: break
        }
        do throws(OracleError) {
            let answer = try await work()
            let others = waiting.withLock { $0.removeValue(forKey: question) } ?? []
            for other in others { other.resume(returning: .answer(answer)) }
            return answer
        } catch {
            handOver(question)
            throw error
        }
    }

    private func turn(_ question: String) async -> Turn {
        await withUnsafeContinuation { (turn: UnsafeContinuation<Turn, Never>) in
            let now = waiting.withLock { waiting -> Turn? in
                guard let others = waiting[question] else {
                    guard waiting.count < questionsMax else { return .refused }
                    waiting[question] = []
                    return .workOut
                }
                guard others.count < waitingMax else { return .refused }
                waiting[question]?.append(turn)
                return nil
            }
            if let now { turn.resume(returning: now) }
        }
    }

    private func handOver(_ question: String) {
        let next = waiting.withLock { waiting -> UnsafeContinuation<Turn, Never>? in
            guard let first = waiting[question]?.first else {
                waiting[question] = nil
                return nil
            }
            waiting[question]?.removeFirst()
            return first
        }
        next?.resume(returning: .workOut)
    }
}
