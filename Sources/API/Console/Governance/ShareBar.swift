/// A part of a whole as a bar, drawn to scale; what it says stands beside it in words.
struct ShareBar: View {
    enum Tone: Sendable {
        case plain, good, bad, quiet

        fileprivate var style: Attribute {
            switch self {
            case .plain: .class("part")
            case .good: .class("part good")
            case .bad: .class("part bad")
            case .quiet: .class("part quiet")
            }
        }
    }

    static let width = 600.0
    private static let height = 14.0

    /// In 0...1; what lies outside is drawn at the end.
    let share: Double
    var tone = Tone.plain
    /// Where something has to be reached, in 0...1.
    var mark: Double?

    var body: Markup {
        Tag("svg")(
            .class("bar"),
            .aria("hidden", "true"),
            .numbers(.viewBox, 0, 0, ShareBar.width, ShareBar.height)
        ) {
            rectangle(.class("whole"), ShareBar.width)
            rectangle(tone.style, ShareBar.width * ShareBar.clamped(share))
            if let mark {
                let place = ShareBar.width * ShareBar.clamped(mark)
                Tag("line")(
                    .class("mark"),
                    .numbers(.x1, place),
                    .numbers(.x2, place),
                    .numbers(.y1, 0),
                    .numbers(.y2, ShareBar.height)
                ) { "" }
            }
        }
    }

    private func rectangle(_ style: Attribute, _ width: Double) -> Markup {
        Tag("rect")(
            style,
            .numbers(.x, 0),
            .numbers(.y, 0),
            .numbers(.width, width),
            .numbers(.height, ShareBar.height)
        ) { "" }
    }

    private static func clamped(_ share: Double) -> Double { share.isFinite ? min(1, max(0, share)) : 0 }
}
