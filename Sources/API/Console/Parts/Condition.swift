/// How something is, in one word, which colour only underlines.
struct Condition: View {
    enum Tone: Sendable {
        case good, poor, bad, quiet

        init(_ status: HealthAnswer.Status) {
            switch status {
            case .ok: self = .good
            case .degraded: self = .poor
            case .failing: self = .bad
            case .starting: self = .quiet
            }
        }
    }

    let word: String
    let tone: Tone

    init(_ word: String, _ tone: Tone) {
        self.word = word
        self.tone = tone
    }

    init(_ status: HealthAnswer.Status) { self.init(status.rawValue, Tone(status)) }

    var body: Markup { span(tone.style) { word } }
}

extension Condition.Tone {
    var style: Attribute {
        switch self {
        case .good: .class("tone good")
        case .poor: .class("tone poor")
        case .bad: .class("tone bad")
        case .quiet: .class("tone quiet")
        }
    }
}
