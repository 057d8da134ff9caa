import Drawing

extension Theme {
    /// What text needs to be read at all (WCAG 2, level AA).
    private static let contrastMin = 4.5

    /// Every mistake with the field that has it; none for a theme that can be shown.
    package func problems() -> [ThemeProblem] {
        familyProblems() + groundProblems() + contrastProblems() + measureProblems()
    }

    private func familyProblems() -> [ThemeProblem] {
        let isGood =
            (1...8).contains(families.count)
            && families.allSatisfy { !$0.isEmpty && $0.utf8.count <= 100 && !$0.contains(",") }
        return isGood ? [] : [ThemeProblem(field: "families", problem: "must be 1 to 8 names of fonts")]
    }

    /// What can be seen through has no contrast of its own.
    private func groundProblems() -> [ThemeProblem] {
        let grounds = Set(pairs.map(\.ground)).union(pairs.map(\.text))
        return grounds.sorted { $0.name < $1.name }.filter { colors[keyPath: $0.path].alpha < 1 }.map {
            ThemeProblem(field: "colors.\($0.name)", problem: "must not be transparent")
        }
    }

    private func contrastProblems() -> [ThemeProblem] {
        pairs.compactMap { pair in
            let contrast = colors[keyPath: pair.text.path].contrast(with: colors[keyPath: pair.ground.path])
            guard contrast < Theme.contrastMin else { return nil }
            let shown = (contrast * 10).rounded(.down) / 10
            return ThemeProblem(
                field: "colors.\(pair.text.name)",
                problem: "has a contrast of \(shown) on \(pair.ground.name), below \(Theme.contrastMin)"
            )
        }
    }

    private func measureProblems() -> [ThemeProblem] {
        measures.filter { !$0.range.contains($0.value) }.map {
            ThemeProblem(
                field: $0.field,
                problem: "must be \($0.range.lowerBound) to \($0.range.upperBound) of the height"
            )
        }
    }

    private struct NamedColor: Hashable {
        let name: String
        let path: KeyPath<Colors, Color>
    }

    /// Every colour of text with every ground that it stands on.
    private var pairs: [(text: NamedColor, ground: NamedColor)] {
        let panel = NamedColor(name: "panel", path: \.panel)
        let grounds = [
            panel, NamedColor(name: "backgroundTop", path: \.backgroundTop),
            NamedColor(name: "backgroundBottom", path: \.backgroundBottom),
        ]
        let everywhere = [NamedColor(name: "text", path: \.text), NamedColor(name: "textMuted", path: \.textMuted)]
        let onPanels = [
            NamedColor(name: "accent", path: \.accent), NamedColor(name: "rise", path: \.rise),
            NamedColor(name: "fall", path: \.fall), NamedColor(name: "stale", path: \.stale),
        ]
        let onPrice = NamedColor(name: "onPrice", path: \.onPrice)
        let captionGround = NamedColor(name: "captionGround", path: \.captionGround)
        return everywhere.flatMap { text in grounds.map { (text, $0) } } + onPanels.map { ($0, panel) } + [
            (onPrice, NamedColor(name: "rise", path: \.rise)), (onPrice, NamedColor(name: "fall", path: \.fall)),
            (NamedColor(name: "onLive", path: \.onLive), NamedColor(name: "live", path: \.live)),
            (NamedColor(name: "captionText", path: \.captionText), captionGround),
            (NamedColor(name: "captionMark", path: \.captionMark), captionGround),
            (NamedColor(name: "codeInk", path: \.codeInk), NamedColor(name: "codeGround", path: \.codeGround)),
        ]
    }

    /// Within these, every element has room for its letters.
    private var measures: [(field: String, value: Double, range: ClosedRange<Double>)] {
        [
            ("sizes.title", sizes.title, 0.04...0.15), ("sizes.headline", sizes.headline, 0.03...0.08),
            ("sizes.name", sizes.name, 0.025...0.045), ("sizes.role", sizes.role, 0.02...0.032),
            ("sizes.caption", sizes.caption, 0.03...0.05), ("sizes.station", sizes.station, 0.025...0.04),
            ("sizes.clock", sizes.clock, 0.025...0.04), ("sizes.ticker", sizes.ticker, 0.025...0.04),
            ("sizes.price", sizes.price, 0.03...0.07), ("sizes.small", sizes.small, 0.018...0.032),
            ("radii.panel", radii.panel, 0...0.04), ("radii.tag", radii.tag, 0...0.02),
            ("spacing.gap", spacing.gap, 0.01...0.04), ("spacing.padding", spacing.padding, 0.01...0.035),
            ("spacing.line", spacing.line, 0...0.005),
        ]
    }
}
