import Bus
import Threading

/// One sentence of a text as speech.
package struct SpokenSentence: Hashable, Sendable {
    package let sentence: SpokenText.Sentence
    /// Counts from 0.
    package let index: Int
    /// How many sentences the text has.
    package let count: Int
    package let answer: VoiceChain.Answer

    package var audio: SpokenAudio { answer.audio }
}

/// The sentences of a text as they become ready, in order; one reader.
///
/// Ends with the text, or throws the `SpeechError` for which a sentence could not be said.
package struct SpokenSentences: AsyncSequence, Sendable {
    package typealias Element = SpokenSentence
    package typealias Failure = SpeechError

    let queue: SentenceQueue

    package func makeAsyncIterator() -> Iterator { Iterator(queue: queue) }

    package struct Iterator: AsyncIteratorProtocol {
        let queue: SentenceQueue

        package mutating func next() async throws(SpeechError) -> SpokenSentence? { try await queue.take() }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(SpeechError) -> SpokenSentence? {
            try await queue.take()
        }
    }
}

extension VoiceChain {
    /// How many sentences may be ready before they are wanted.
    package static let prefetchRange = 1...2

    /// Says a text, sentence by sentence: the first one is there as soon as it is made, and the next are made meanwhile.
    ///
    /// The sentences are made by a child of the calling task, which is why they are handed to a body and not returned:
    /// when the body returns or throws, or the task is cancelled, nothing more is made.
    ///
    /// - Parameters:
    ///   - text: any number of sentences.
    ///   - persona: whom listeners hear.
    ///   - language: a tag such as `en`.
    ///   - prefetch: how many sentences are made ahead, 1 or 2.
    ///   - patience: how long an engine may take for one sentence.
    ///   - body: reads the sentences.
    /// - Returns: what the body returns.
    /// - Throws: `SpeechError` when the text cannot be said at all, and what the body throws.
    package func speak<Outcome>(
        _ text: String,
        as persona: VoicePersona = .host,
        language: String = "en",
        prefetch: Int = 1,
        patience: Duration = .seconds(20),
        _ body: (SpokenSentences) async throws -> Outcome
    ) async throws -> Outcome {
        let sentences = try SpokenText.sentences(of: text)
        let requests = try sentences.map { sentence in
            try SpeechRequest(text: sentence.text, language: language, manner: persona.manner, patience: patience)
        }
        let range = VoiceChain.prefetchRange
        let queue = SentenceQueue(limit: min(max(prefetch, range.lowerBound), range.upperBound))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            // Makes the sentences ahead of the body.
            group.addTask { await self.make(sentences, requests, into: queue) }
            defer { group.cancelAll() }
            return try await body(SpokenSentences(queue: queue))
        }
    }

    private func make(_ sentences: [SpokenText.Sentence], _ requests: [SpeechRequest], into queue: SentenceQueue) async
    {
        for (index, request) in requests.enumerated() {
            await queue.waitForRoom()
            guard !Task.isCancelled else { break }
            do throws(SpeechError) {
                let made = try await self.make(request)
                queue.add(
                    SpokenSentence(
                        sentence: sentences[index],
                        index: index,
                        count: requests.count,
                        answer: made.answer
                    )
                )
                // Whoever reads does not wait for the cache.
                await keep(made)
            } catch {
                return queue.end(error)
            }
        }
        queue.end(Task.isCancelled ? SpeechError(.cancelled, "voice: nobody waits for it") : nil)
    }
}

/// Between who makes sentences and who reads them: one of each.
final class SentenceQueue: Sendable {
    private struct State {
        var ready: [SpokenSentence] = []
        var end: Result<Void, SpeechError>?
    }

    private let limit: Int
    private let state = Mutex(State())
    private let hasSome = Bell()
    private let hasRoom = Bell()

    init(limit: Int) { self.limit = limit }

    /// Returns when another sentence may be made, and when the task is cancelled.
    func waitForRoom() async {
        while state.withLock({ $0.ready.count >= limit }), !Task.isCancelled { await hasRoom.wait() }
    }

    func add(_ sentence: SpokenSentence) {
        state.withLock { $0.ready.append(sentence) }
        hasSome.ring()
    }

    /// Nothing more comes, for a reason if there is one.
    func end(_ error: SpeechError?) {
        state.withLock { $0.end = error.map { .failure($0) } ?? .success(()) }
        hasSome.ring()
    }

    /// The next sentence; `nil` after the last.
    func take() async throws(SpeechError) -> SpokenSentence? {
        while true {
            let (sentence, end) = state.withLock { state -> (SpokenSentence?, Result<Void, SpeechError>?) in
                state.ready.isEmpty ? (nil, state.end) : (state.ready.removeFirst(), nil)
            }
            if let sentence {
                hasRoom.ring()
                return sentence
            }
            if let end {
                try end.get()
                return nil
            }
            if Task.isCancelled { throw SpeechError(.cancelled, "voice: nobody waits for it") }
            await hasSome.wait()
        }
    }
}
