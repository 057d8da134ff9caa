import ArgumentParser
import Sentiment

/// How to find texts and labels in files.
struct LabelledFileOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The column of the texts, where it cannot be guessed.", valueName: "column"))
    var textColumn: String?

    @Option(help: ArgumentHelp("The column of the labels, where it cannot be guessed.", valueName: "column"))
    var labelColumn: String?

    @Option(help: ArgumentHelp("Labels that are numbers are positive from here on.", valueName: "number"))
    var threshold = 0.2

    @Option(help: ArgumentHelp("Take only rows with this value: COLUMN=VALUE or COLUMN!=VALUE.", valueName: "filter"))
    var only: [String] = []

    mutating func validate() throws {
        guard threshold > 0, threshold <= 1 else { throw ValidationError("--threshold is above 0 and at most 1") }
        for filter in only {
            do throws(SentimentError) {
                _ = try RowFilter(filter)
            } catch {
                throw ValidationError("--only: \(error.message)")
            }
        }
    }

    /// - Parameter hasFilters: whether `--only` counts.
    /// - Returns: what the options say.
    /// - Throws: `SentimentError` for a filter that is none.
    func format(hasFilters: Bool = true) throws(SentimentError) -> LabelledFile.Format {
        var format = LabelledFile.Format()
        format.textColumn = textColumn
        format.labelColumn = labelColumn
        format.labels.threshold = threshold
        if hasFilters {
            for filter in only { format.filters.append(try RowFilter(filter)) }
        }
        return format
    }
}
