import Films

/// Films in words.
enum FilmWords {
    static func state(_ film: FilmRecord) -> String {
        switch film.state {
        case .waiting: film.failures > 0 ? "waits for another try" : "waits for its turn"
        case .speaking: "is spoken"
        case .drawing: "is drawn"
        case .done: "is there"
        case .failed: "failed"
        case .cancelled: "cancelled"
        }
    }

    static func tone(_ state: FilmState) -> Condition.Tone {
        switch state {
        case .done: .good
        case .failed: .bad
        case .waiting, .speaking, .drawing, .cancelled: .quiet
        }
    }

    /// How far it is; `nil` where there is nothing to count.
    static func progress(_ film: FilmRecord) -> String? {
        guard film.total > 0, !film.state.isFinal else { return nil }
        return "\(film.done) of \(film.total) \(film.state == .speaking ? "sentences" : "frames")"
    }

    static func share(_ film: FilmRecord) -> Double {
        film.total > 0 ? Double(film.done) / Double(film.total) : 0
    }

    /// `1:05`.
    static func time(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        return "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
    }

    /// What a file of a film is.
    static func kind(_ kind: String) -> String {
        switch kind {
        case "film": "Film"
        case "teaser": "Teaser"
        case "poster": "Poster"
        case "captions": "Captions"
        case "sheet": "Contact sheet"
        default: "Description"
        }
    }
}
