import Domain
import Sentiment
import SentimentServices
import Testing

/// Who is asked, and who answers when others do not.
@Suite(.timeLimit(.minutes(1))) struct SentimentChainTests {
    private let texts = ["Bitcoin rises to a record high."]

    @Test func `the first that answers does, and nobody was passed over`() async throws {
        let (first, second) = (
            FixedClassifier(method: "a", manner: .says(good)), FixedClassifier(method: "b", manner: .says(good))
        )
        let chain = SentimentChain(
            [.classifier(first), .classifier(second)],
            last: KeywordClassifier(),
            limit: .seconds(5)
        )
        let answer = try await chain.classify(texts)
        #expect(answer.answers.map(\.method) == ["a"] && answer.passedOver.isEmpty)
        #expect(second.calls.count == 0)
        #expect(chain.methods == ["a", "b", "keyword"])
    }

    @Test func `whoever fails or cannot be asked is named with the reason, and the last answers`() async throws {
        let chain = SentimentChain(
            [
                .unavailable(method: "a", reason: "no key"),
                .classifier(FixedClassifier(method: "b", manner: .fails("b: status 500"))),
            ],
            last: KeywordClassifier(),
            limit: .seconds(5)
        )
        let answer = try await chain.classify(texts)
        #expect(answer.answers.map(\.method) == ["keyword"])
        #expect(
            answer.passedOver == [
                SentimentChain.PassedOver(method: "a", reason: "no key"),
                SentimentChain.PassedOver(method: "b", reason: "b: status 500"),
            ]
        )
    }

    @Test func `one that never answers has its share of the time, and the next has the rest`() async throws {
        let second = FixedClassifier(method: "b", manner: .says(good))
        let chain = SentimentChain(
            [.classifier(FixedClassifier(method: "a", manner: .hangs)), .classifier(second)],
            last: KeywordClassifier(),
            limit: .milliseconds(300)
        )
        let began = ContinuousClock.now
        let answer = try await chain.classify(texts)
        let took = began.duration(to: .now)
        #expect(answer.answers.map(\.method) == ["b"])
        #expect(answer.passedOver == [SentimentChain.PassedOver(method: "a", reason: "a: no answer in time")])
        #expect(took >= .milliseconds(150) && took < .seconds(5))
    }

    @Test func `one that fails three times in a row is left alone`() async throws {
        let first = FixedClassifier(method: "a", manner: .fails("a: status 503"))
        let chain = SentimentChain([.classifier(first)], last: KeywordClassifier(), limit: .seconds(5))
        for _ in 0..<5 { _ = try await chain.classify(texts) }
        #expect(first.calls.count == 3)
        let answer = try await chain.classify(texts)
        #expect(answer.passedOver.map(\.reason) == ["a: left alone after failures"])
    }

    @Test func `too much is refused before anybody is asked`() async throws {
        let first = FixedClassifier(method: "a", manner: .says(good))
        let chain = SentimentChain([.classifier(first)], last: KeywordClassifier(), limit: .seconds(5))
        let long = String(repeating: "a", count: SentimentLimits.textBytesMax + 1)
        await #expect(throws: SentimentError.self) { try await chain.classify([long]) }
        #expect(first.calls.count == 0)
    }
}
