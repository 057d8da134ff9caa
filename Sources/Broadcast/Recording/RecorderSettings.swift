/// Hour files of what was on air.
package struct RecorderSettings: Hashable, Sendable {
    /// Only the recorder writes there.
    package var folder: String
    /// Older files are removed.
    package var daysMax = 31
    /// The oldest files are removed while all of them have more.
    package var bytesMax: Int64 = 50_000_000_000

    package init(folder: String) { self.folder = folder }

    /// What is wrong, each with its field.
    package func problems() -> [String] {
        var problems: [String] = []
        if folder.isEmpty { problems.append("folder: must not be empty") }
        if !(1...36_500).contains(daysMax) { problems.append("days_max: must be 1 to 36500") }
        if bytesMax < 1_000_000 { problems.append("bytes_max: must be a million at least") }
        return problems
    }
}
