import Domain
import JSON
import Sentiment

/// How a classifier did, for people and programs.
struct EvaluationReport {
    let files: LabelledFiles
    let method: String
    let model: String?
    private(set) var evaluation = Evaluation()
    /// Texts that the model was trained on.
    private(set) var seen = 0
    /// Answers with a warning, by it.
    private(set) var warnings: [String: Int] = [:]

    /// Asks a classifier about all texts.
    ///
    /// - Parameters:
    ///   - files: texts with labels.
    ///   - classifier: who is judged.
    ///   - model: the model's file, if it is one.
    /// - Throws: `SentimentError` when no text is left, or the classifier fails.
    init(
        files: LabelledFiles,
        classifier: any SentimentClassifier,
        model: String?
    ) async throws(SentimentError) {
        self.files = files
        self.model = model
        method = classifier.method
        let texts = files.texts
        guard !texts.isEmpty else {
            throw SentimentError(.badData, "no text is left to judge by: all rows were refused, or left out by --only")
        }
        let linear = (classifier as? LinearClassifier)?.model
        for batch in TextBatches.cut(texts) {
            let answers = try await classifier.classify(batch.map(\.text))
            for (text, answer) in zip(batch, answers) {
                evaluation.add(expected: text.label, answered: answer.label)
                if linear?.hasSeen(text.text) == true { seen += 1 }
                if let warning = answer.warning { warnings[warning, default: 0] += 1 }
            }
        }
    }

    func lines(_ terminal: Terminal) -> [String] {
        var figures = TextTable("LABEL", ">TEXTS", ">PRECISION", ">RECALL", ">F1")
        for label in evaluation.classes {
            figures.add(
                .init(label.label.rawValue),
                .init("\(label.support)"),
                .init(Figures.fixed(label.precision, digits: 3)),
                .init(Figures.fixed(label.recall, digits: 3)),
                .init(Figures.fixed(label.f1, digits: 3))
            )
        }
        var confusion = TextTable("LABEL, ANSWER", ">BULLISH", ">BEARISH", ">NEUTRAL")
        for label in SentimentLabel.allCases {
            confusion.add(
                .init(label.rawValue),
                .init("\(evaluation[label, .bullish])"),
                .init("\(evaluation[label, .bearish])"),
                .init("\(evaluation[label, .neutral])")
            )
        }
        let trained = seen == 0 ? nil : "\(seen) of the texts, which says nothing about how it does on new ones"
        return FileLines.lines(files, terminal) + [""]
            + PairLines.lines([
                ("method", method), ("model", model), ("texts", "\(evaluation.count)"),
                ("accuracy", Figures.fixed(evaluation.accuracy, digits: 3)),
                ("macro F1", Figures.fixed(evaluation.macroF1, digits: 3)), ("trained on", trained),
            ])
            + warnings.sorted { $0.key < $1.key }.map { "  \($0.value) times: \(Terminal.plain($0.key))" }
            + [""] + figures.lines(terminal) + [""] + confusion.lines(terminal)
    }

    var json: JSONValue {
        let classes = evaluation.classes.map { label -> JSONValue in
            [
                "label": .string(label.label.rawValue), "support": .int(Int64(label.support)),
                "precision": .double(label.precision), "recall": .double(label.recall), "f1": .double(label.f1),
            ]
        }
        let confusion = SentimentLabel.allCases.map { label in
            let answers = SentimentLabel.allCases.map { ($0.rawValue, JSONValue.int(Int64(evaluation[label, $0]))) }
            return (label.rawValue, JSONValue.object(Dictionary(answers) { first, _ in first }))
        }
        return [
            "files": FileLines.json(files),
            "method": .string(method),
            "model": model.map(JSONValue.string) ?? .null,
            "texts": .int(Int64(evaluation.count)),
            "accuracy": .double(evaluation.accuracy),
            "macroF1": .double(evaluation.macroF1),
            "classes": .array(classes),
            "confusion": .object(Dictionary(confusion) { first, _ in first }),
            "trainedOn": .int(Int64(seen)),
            "warnings": .object(warnings.mapValues { .int(Int64($0)) }),
        ]
    }
}
