import JSON
import Sentiment

/// What was read of files.
enum FileLines {
    /// The most refused rows of a file that are told one by one.
    static let refusedMax = 10
    static let refusedInJSONMax = 1000

    static func lines(_ files: LabelledFiles, _ terminal: Terminal) -> [String] {
        var table = TextTable("FILE", ">TAKEN", ">REFUSED", ">LEFT OUT BY --only")
        var refused: [String] = []
        for entry in files.entries {
            table.add(
                .init(entry.path),
                .init("\(entry.file.texts.count)"),
                .init("\(entry.file.refused.count)"),
                .init("\(entry.file.filtered)")
            )
            let path = Terminal.plain(entry.path)
            for row in entry.file.refused.prefix(refusedMax) {
                refused.append("\(path), row at \(row.number): \(Terminal.plain(row.reason))")
            }
            let rest = entry.file.refused.count - refusedMax
            if rest > 0 { refused.append("\(path): and \(rest) more") }
        }
        return table.lines(terminal) + (refused.isEmpty ? [] : [""] + refused)
    }

    static func json(_ files: LabelledFiles) -> JSONValue {
        .array(
            files.entries.map { entry in
                let refused = entry.file.refused.prefix(refusedInJSONMax).map { row -> JSONValue in
                    ["row": .int(Int64(row.number)), "reason": .string(row.reason)]
                }
                return [
                    "file": .string(entry.path), "taken": .int(Int64(entry.file.texts.count)),
                    "refused": .int(Int64(entry.file.refused.count)), "refusedRows": .array(Array(refused)),
                    "leftOut": .int(Int64(entry.file.filtered)),
                ]
            }
        )
    }
}
