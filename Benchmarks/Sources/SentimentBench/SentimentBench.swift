import Sentiment

/// Measures how many headlines the built-in classifiers read in a second, on one thread.
///
/// Usage: `SentimentBench ROUNDS`. Prints one line of JSON: headlines per second of both, and the milliseconds that the
/// first use of the linear one takes, which trains it. The headlines are the program's own sentences: half a thousand,
/// with 8 words on average.
@main
struct SentimentBench {
    static func main() {
        guard CommandLine.arguments.count == 2, let rounds = Int(CommandLine.arguments[1]), rounds > 0 else {
            print("usage: SentimentBench ROUNDS")
            return
        }
        let texts = OwnSentences.all.map(\.text)
        let clock = ContinuousClock()
        // What is made at first use, and is no part of the training.
        _ = KeywordClassifier().answers(texts)
        let firstUse = clock.measure { _ = LinearClassifier.standard }
        let linear = clock.measure {
            for _ in 0..<rounds { _ = LinearClassifier.standard.answers(texts) }
        }
        let keyword = clock.measure {
            for _ in 0..<rounds { _ = KeywordClassifier().answers(texts) }
        }
        let count = Double(rounds * texts.count)
        print(
            """
            {"linear_per_s": \(count / (linear / .seconds(1))), "keyword_per_s": \(count / (keyword / .seconds(1))), \
            "first_use_ms": \(firstUse / .milliseconds(1))}
            """
        )
    }
}
