/// A field of a theme that makes it unfit.
package struct ThemeProblem: Hashable, Sendable, CustomStringConvertible {
    /// Such as `colors.textMuted`.
    package let field: String
    package let problem: String

    package var description: String { "\(field) \(problem)" }
}

/// Why a theme is not used.
package struct ThemeError: Error, Hashable, CustomStringConvertible {
    package let problems: [ThemeProblem]

    package var description: String { "theme: " + problems.map(\.description).joined(separator: "; ") }
}
