/// A table that becomes a list of cards where the screen is too narrow for its columns.
struct DataTable: View {
    /// What stands in a column, which decides how it is set.
    enum Kind: Sendable {
        case text
        /// Figures, which stand below one another.
        case figure
        /// Text of any length, which may be broken anywhere.
        case prose
        /// The figure that the row is about; stands beside the name of the row on a narrow screen.
        case leadFigure
        /// One word; stands beside the name of the row on a narrow screen.
        case state
        /// Buttons.
        case actions
    }

    struct Column: Sendable {
        let title: String
        let kind: Kind

        init(_ title: String, _ kind: Kind = .text) {
            self.title = title
            self.kind = kind
        }
    }

    struct Row: Sendable {
        let id: String?
        /// The first names the row; an empty one stands for nothing known.
        let cells: [Markup]

        init(id: String? = nil, _ cells: [Markup]) {
            self.id = id
            self.cells = cells
        }
    }

    /// What the table is about, for those who hear it.
    let name: String
    let columns: [Column]
    let rows: [Row]

    // The roles are those that the elements have anyway; a narrow screen's style would take them away.
    var body: Markup {
        table(.class("data"), .role("table"), .aria("label", name)) {
            thead(.role("rowgroup")) {
                tr(.role("row")) {
                    for column in columns {
                        th(column.kind.style, Attribute(.scope, "col"), .role("columnheader")) { column.title }
                    }
                }
            }
            tbody(.role("rowgroup")) { for row in rows { view(of: row) } }
        }
    }

    private func view(of row: Row) -> Markup {
        tr([.role("row")] + (row.id.map { [Attribute.id($0)] } ?? [])) {
            for (index, cell) in row.cells.enumerated() {
                if index == 0 {
                    th(columns[0].kind.style, Attribute(.scope, "row"), .role("rowheader")) { cell }
                } else if cell.isEmpty {
                    td(columns[index].kind.emptyStyle, .role("cell")) { "–" }
                } else {
                    td(columns[index].kind.style, .role("cell"), .data("label", columns[index].title)) { cell }
                }
            }
        }
    }
}

extension DataTable.Kind {
    fileprivate var style: Attribute {
        switch self {
        case .text: .class("text")
        case .figure: .class("figure")
        case .leadFigure: .class("figure beside")
        case .prose: .class("prose")
        case .state: .class("beside")
        case .actions: .class("do")
        }
    }
}

extension DataTable.Kind {
    /// Of a cell where nothing is known; it is left out on a narrow screen.
    fileprivate var emptyStyle: Attribute {
        switch self {
        case .figure, .leadFigure: .class("figure none")
        case .text, .prose, .state, .actions: .class("none")
        }
    }
}

/// A table of what needs no attention now: one line, which opens.
struct FoldedTable: View {
    let id: String
    /// What it says while it is closed.
    let text: String
    let table: DataTable

    var body: Markup {
        details(.id(id)) {
            summary(text)
            table
        }
    }
}
