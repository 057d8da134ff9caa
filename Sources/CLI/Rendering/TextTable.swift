/// Columns of text, as wide as their widest cell.
struct TextTable {
    enum Alignment { case left, right }

    struct Cell {
        let text: String
        let style: Terminal.Style?

        init(_ text: String, _ style: Terminal.Style? = nil) {
            self.text = Terminal.plain(text)
            self.style = style
        }
    }

    private let header: [String]
    private let alignments: [Alignment]
    private var rows: [[Cell]] = []

    /// - Parameter columns: titles; a title that starts with `>` is of a column of numbers.
    init(_ columns: String...) {
        header = columns.map { $0.hasPrefix(">") ? String($0.dropFirst()) : $0 }
        alignments = columns.map { $0.hasPrefix(">") ? .right : .left }
    }

    mutating func add(_ cells: Cell...) { rows.append(cells) }

    var isEmpty: Bool { rows.isEmpty }

    /// The table, one text per line, cut to the terminal's width.
    func lines(_ terminal: Terminal) -> [String] {
        var widths = header.map(\.count)
        for row in rows {
            for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.text.count) }
        }
        let title = line(header.map { Cell($0, .dim) }, widths, terminal)
        return [title] + rows.map { line($0, widths, terminal) }
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ terminal: Terminal) -> String {
        var result = ""
        var used = 0
        for (column, cell) in cells.enumerated() {
            let isLast = column == cells.count - 1
            let space = String(repeating: " ", count: widths[column] - cell.text.count)
            let gap = column == 0 ? "" : "  "
            let left = terminal.width - used - gap.count
            if left <= 0 { break }
            let text = Terminal.cut(cell.text, to: left)
            let padding = left - text.count >= space.count ? space : ""
            let shown = terminal.styled(text, cell.style)
            switch alignments[column] {
            case .left: result += gap + shown + (isLast ? "" : padding)
            case .right: result += gap + padding + shown
            }
            used += gap.count + text.count + padding.count
        }
        // Nothing invisible at the end of a line.
        while result.last == " " { result.removeLast() }
        return result
    }
}
