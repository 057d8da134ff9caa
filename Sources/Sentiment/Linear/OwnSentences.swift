import Domain

/// The labelled sentences that are part of the program, from the file `sentences.txt`.
///
/// They were written for it, and come from no collection of data.
package enum OwnSentences {
    /// All of them, read anew each time, as they are needed once.
    package static var all: [LabelledText] {
        do throws(SentimentError) {
            return try parse(String(decoding: PackageResources.sentences_txt, as: UTF8.self))
        } catch {
            // Part of the program, and read by its tests.
            preconditionFailure(error.message)
        }
    }

    /// The model that is trained on nothing else.
    static let model: LinearModel = {
        do throws(SentimentError) {
            return try LinearTraining().train([all]).model
        } catch {
            // What could be wrong with the sentences is looked at by the program's tests.
            preconditionFailure(error.message)
        }
    }()

    /// Reads lines that begin with `+`, `-` or `=` for good, bad and neutral news.
    ///
    /// - Parameter text: lines; what begins with `#` is for people.
    /// - Returns: the sentences in their order.
    /// - Throws: `SentimentError` with the number of the line.
    static func parse(_ text: String) throws(SentimentError) -> [LabelledText] {
        var sentences: [LabelledText] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let label: SentimentLabel? =
                switch line.first {
                case "+": .bullish
                case "-": .bearish
                case "=": .neutral
                default: nil
                }
            guard let label, line.dropFirst().first == " " else {
                throw SentimentError(.badData, "sentences, line \(index + 1): begins with none of '+ ', '- ' and '= '")
            }
            sentences.append(LabelledText(String(line.dropFirst(2)), label))
        }
        return sentences
    }
}
