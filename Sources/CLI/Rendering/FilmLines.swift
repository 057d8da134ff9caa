import JSON

/// A film as the station tells of it.
struct FilmShown: Decodable, Hashable {
    struct Chapter: Decodable, Hashable {
        let title: String
        let milliseconds: Int
    }

    let id: String
    let owner: String?
    let title: String
    let form: String
    let scenes: Int
    let state: String
    let done: Int
    let total: Int
    let failures: Int
    let reason: String?
    let credits: Int64
    let sizeBytes: UInt64
    let seconds: Double?
    let createdAt: String
    let startedAt: String?
    let endedAt: String?
    let files: [String]
    let chapters: [Chapter]

    var isOver: Bool { ["done", "failed", "cancelled"].contains(state) }
}

struct FilmsShown: Decodable {
    let renders: [FilmShown]
    let next: String?
}

/// Films as people read them.
enum FilmLines {
    private static let barWidth = 30

    static func list(_ list: FilmsShown, _ terminal: Terminal) -> [String] {
        guard !list.renders.isEmpty else { return ["no films"] }
        var table = TextTable("ID", "STATE", ">DONE", ">LENGTH", ">SIZE", "ORDERED", "TITLE")
        for film in list.renders {
            table.add(
                .init(film.id),
                .init(film.state, style(film)),
                .init(share(film)),
                .init(film.seconds.map { Figures.duration($0) } ?? "-"),
                .init(film.sizeBytes > 0 ? Figures.bytes(film.sizeBytes) : "-"),
                .init(JobPage.time(film.createdAt)),
                .init(film.title)
            )
        }
        let more = list.next.map { ["older ones: --before \(Terminal.plain($0))"] } ?? []
        return table.lines(terminal) + more
    }

    static func one(_ film: FilmShown, _ terminal: Terminal) -> [String] {
        var lines = [
            Terminal.plain(film.title), "state     \(film.state)\(film.isOver ? "" : ", \(share(film))")",
            "form      \(film.form), \(film.scenes) scenes", "ordered   \(JobPage.time(film.createdAt))",
        ]
        if let owner = film.owner { lines.append("owner     \(Terminal.plain(owner))") }
        if let time = film.startedAt { lines.append("begun     \(JobPage.time(time))") }
        if let time = film.endedAt { lines.append("ended     \(JobPage.time(time))") }
        if let reason = film.reason { lines.append("reason    \(Terminal.plain(reason))") }
        if let seconds = film.seconds {
            lines.append("length    \(Figures.duration(seconds)), \(Figures.bytes(film.sizeBytes))")
        }
        lines.append("credits   \(film.credits)")
        for chapter in film.chapters {
            lines.append("chapter   \(time(chapter.milliseconds))  \(Terminal.plain(chapter.title))")
        }
        for file in film.files { lines.append("file      \(Terminal.plain(file))") }
        return lines
    }

    /// One line that tells how far it is.
    static func progress(_ film: FilmShown, _ terminal: Terminal) -> String {
        guard film.total > 0, !film.isOver else {
            return film.state + (film.reason.map { ": \(Terminal.plain($0))" } ?? "")
        }
        let filled = min(barWidth, film.done * barWidth / film.total)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: barWidth - filled)
        let unit = film.state == "speaking" ? "sentences" : "frames"
        return Terminal.cut(
            "\(film.state) [\(bar)] \(share(film))  \(film.done) of \(film.total) \(unit)",
            to: terminal.width
        )
    }

    private static func share(_ film: FilmShown) -> String {
        film.total > 0 ? "\(min(100, film.done * 100 / film.total)) %" : "-"
    }

    private static func style(_ film: FilmShown) -> Terminal.Style? {
        switch film.state {
        case "done": .green
        case "failed": .red
        case "cancelled": .dim
        default: .cyan
        }
    }

    private static func time(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(seconds / 60)):\(two(seconds % 60))"
    }
}
