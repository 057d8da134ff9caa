import ArgumentParser
import JSON
import Sentiment

/// `sentiment`: trains and judges classifiers of news, without a station.
struct SentimentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sentiment",
        abstract: "Train classifiers of news on your own labelled texts, and judge them; needs no running station.",
        subcommands: [Train.self, Evaluate.self]
    )

    struct Train: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Train a linear classifier on labelled texts.",
            discussion: """
                Files are CSV with named columns, or JSON lists of objects. Labels are positive, negative, neutral, \
                bull, bear, or numbers from -1 to 1. The same files and seed give the same model.
                """
        )

        @Argument(help: ArgumentHelp("Files of labelled texts.", valueName: "file"))
        var files: [String]

        @Option(help: ArgumentHelp("Write the model there.", valueName: "model"))
        var out: String

        @Option(help: ArgumentHelp("Decides the order of the texts, and which are held out.", valueName: "number"))
        var seed: UInt64 = 1

        @Option(help: ArgumentHelp("Leave out texts that stand in this file, which will judge.", valueName: "file"))
        var leaveOut: [String] = []

        @Flag(help: "Leave out the sentences that are part of this program.")
        var withoutOwn = false

        @OptionGroup var reading: LabelledFileOptions
        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let report = try report()
            if options.json {
                Output.json(report.json)
            } else {
                Output.standard(report.lines(Terminal.standard()).map { $0 + "\n" }.joined())
            }
        }

        /// Trains the model and writes it.
        ///
        /// - Returns: what came of it.
        /// - Throws: `CommandFailure` when a file cannot be used, or the model cannot be written.
        func report() throws(CommandFailure) -> TrainingReport {
            let files: LabelledFiles
            let outcome: LinearTraining.Outcome
            do throws(SentimentError) {
                files = try LabelledFiles(paths: self.files, format: try reading.format())
                let judging = try LabelledFiles(paths: leaveOut, format: try reading.format(hasFilters: false))
                var training = LinearTraining()
                training.seed = seed
                outcome = try training.train(
                    files.entries.map(\.file.texts) + (withoutOwn ? [] : [OwnSentences.all]),
                    leavingOut: judging.texts.map(\.text)
                )
            } catch {
                throw CommandFailure(error)
            }
            let bytes = outcome.model.fileBytes
            try NewFile.write(bytes, to: out)
            return TrainingReport(files: files, outcome: outcome, path: out, sizeBytes: bytes.count)
        }
    }

    struct Evaluate: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare a classifier's answers with the labels of texts.",
            discussion: "Files are read as by sentiment train."
        )

        enum Method: String, ExpressibleByArgument, CaseIterable {
            case keyword
            case `default`
        }

        @Argument(help: ArgumentHelp("Files of labelled texts.", valueName: "file"))
        var files: [String]

        @Option(help: ArgumentHelp("Judge this model, made by sentiment train.", valueName: "model"))
        var model: String?

        @Option(help: "Judge a classifier of this program.")
        var method: Method?

        @OptionGroup var reading: LabelledFileOptions
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            if model != nil, method != nil { throw ValidationError("--model and --method exclude each other") }
        }

        func perform() async throws {
            let report = try await report()
            if options.json {
                Output.json(report.json)
            } else {
                Output.standard(report.lines(Terminal.standard()).map { $0 + "\n" }.joined())
            }
        }

        /// Asks the classifier about all texts.
        ///
        /// - Returns: how it did.
        /// - Throws: `CommandFailure` when a file or the model cannot be used, or no text is left.
        func report() async throws(CommandFailure) -> EvaluationReport {
            do throws(SentimentError) {
                let classifier = try classifier()
                let files = try LabelledFiles(paths: files, format: try reading.format())
                return try await EvaluationReport(files: files, classifier: classifier, model: model)
            } catch {
                throw CommandFailure(error)
            }
        }

        private func classifier() throws(SentimentError) -> any SentimentClassifier {
            if let model { return LinearClassifier(try LinearModel(path: model)) }
            return switch method ?? .default {
            case .keyword: KeywordClassifier()
            case .default: LinearClassifier.standard
            }
        }
    }
}

extension CommandFailure {
    /// Puts what went wrong with texts or models in the words of somebody who operates a station.
    init(_ error: SentimentError) {
        switch error.code {
        case .tooMuch, .badData, .badModel: self.init(.badData, error.message)
        case .unreadable: self.init(.io, error.message)
        case .unavailable: self.init(.unavailable, error.message)
        }
    }
}
