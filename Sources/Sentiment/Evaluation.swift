package import Domain

/// How well answers agree with what people say.
package struct Evaluation: Hashable, Sendable {
    /// What is said of one label.
    package struct ClassFigures: Hashable, Sendable {
        package let label: SentimentLabel
        /// Texts that have the label, by people.
        package let support: Int
        /// Of the texts that were answered so, the part that people label so; 0 when none was answered so.
        package let precision: Double
        /// Of the texts that people label so, the part that was answered so; 0 when there is none.
        package let recall: Double
        /// The harmonic mean of both; 0 when both are.
        package let f1: Double
    }

    /// In the order of `SentimentLabel.allCases`: rows are what people say, columns what was answered.
    package private(set) var confusion = [[Int]](repeating: [0, 0, 0], count: 3)

    package init() {}

    package mutating func add(expected: SentimentLabel, answered: SentimentLabel) {
        confusion[Evaluation.place(expected)][Evaluation.place(answered)] += 1
    }

    package subscript(expected: SentimentLabel, answered: SentimentLabel) -> Int {
        confusion[Evaluation.place(expected)][Evaluation.place(answered)]
    }

    package var count: Int { confusion.reduce(0) { $0 + $1.reduce(0, +) } }

    /// The part of the texts that was answered as people do, 0 to 1; 0 without a text.
    package var accuracy: Double {
        let right = (0..<3).reduce(0) { $0 + confusion[$1][$1] }
        return count == 0 ? 0 : Double(right) / Double(count)
    }

    package var classes: [ClassFigures] {
        SentimentLabel.allCases.map { label in
            let place = Evaluation.place(label)
            let support = confusion[place].reduce(0, +)
            let answered = confusion.reduce(0) { $0 + $1[place] }
            let right = confusion[place][place]
            let precision = answered == 0 ? 0 : Double(right) / Double(answered)
            let recall = support == 0 ? 0 : Double(right) / Double(support)
            return ClassFigures(
                label: label,
                support: support,
                precision: precision,
                recall: recall,
                f1: support + answered == 0 ? 0 : 2 * Double(right) / Double(support + answered)
            )
        }
    }

    /// The mean of the F1 of all labels that occur, among the texts or the answers; 0 without a text.
    package var macroF1: Double {
        let occurring = classes.filter { figures in
            figures.support > 0 || confusion.contains { $0[Evaluation.place(figures.label)] > 0 }
        }
        return occurring.isEmpty ? 0 : occurring.reduce(0) { $0 + $1.f1 } / Double(occurring.count)
    }

    private static func place(_ label: SentimentLabel) -> Int {
        switch label {
        case .bullish: 0
        case .bearish: 1
        case .neutral: 2
        }
    }
}
