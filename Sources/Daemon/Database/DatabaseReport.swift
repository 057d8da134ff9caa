import BusZeroMQ
import JSON

/// What a database command has to say, for people and for programs.
struct DatabaseReport {
    /// A line each.
    let lines: [String]
    let json: JSONValue
    var exitCode = ExitCode.ok

    /// Names and values, the values below one another.
    static func pairs(_ pairs: [(String, String)]) -> [String] {
        let width = pairs.map(\.0.count).max() ?? 0
        return pairs.map { name, value in
            name + String(repeating: " ", count: width - name.count) + "  " + TOMLText.oneLine(value)
        }
    }

    /// Rows of texts; the first column is text, the others are figures.
    static func table(_ rows: [[String]]) -> [String] {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let space = String(repeating: " ", count: widths[column] - cell.count)
                line += column == 0 ? cell + space : "  " + space + cell
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
