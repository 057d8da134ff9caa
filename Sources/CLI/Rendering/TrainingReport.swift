import JSON
import Sentiment

/// What came of a training, for people and programs.
struct TrainingReport {
    let files: LabelledFiles
    let outcome: LinearTraining.Outcome
    let path: String
    let sizeBytes: Int

    private var origin: LinearModel.Origin { outcome.model.origin }

    func lines(_ terminal: Terminal) -> [String] {
        let labels = "\(origin.bullish) bullish, \(origin.bearish) bearish, \(origin.neutral) neutral"
        let repeated = outcome.repeated == 0 ? nil : "\(outcome.repeated) texts stood there more than once"
        let leftOut = outcome.leftOut == 0 ? nil : "\(outcome.leftOut) texts, because they will judge the model"
        let trial = outcome.trialAccuracy.map {
            "\(Figures.fixed(100 * $0, digits: 1)) % right of the texts held out, rare labels counting more"
        }
        return FileLines.lines(files, terminal) + [""]
            + PairLines.lines([
                ("trained on", labels), ("repeated", repeated), ("left out", leftOut), ("passes", "\(origin.epochs)"),
                ("trial", trial), ("model", "\(path), \(Figures.bytes(UInt64(sizeBytes)))"),
            ])
    }

    var json: JSONValue {
        [
            "files": FileLines.json(files),
            "model": .string(path),
            "sizeBytes": .int(Int64(sizeBytes)),
            "seed": .string("\(origin.seed)"),
            "passes": .int(Int64(origin.epochs)),
            "texts": [
                "bullish": .int(Int64(origin.bullish)), "bearish": .int(Int64(origin.bearish)),
                "neutral": .int(Int64(origin.neutral)),
            ],
            "repeated": .int(Int64(outcome.repeated)),
            "leftOut": .int(Int64(outcome.leftOut)),
            "trialAccuracy": outcome.trialAccuracy.map(JSONValue.double) ?? .null,
        ]
    }
}
