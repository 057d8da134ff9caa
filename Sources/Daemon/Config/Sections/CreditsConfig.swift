/// The `[credits]` section: what people pay with.
package struct CreditsConfig: ConfigSection {
    /// What everybody gets once.
    package var welcome = 100

    package init() {}

    package func problems() -> [ConfigProblem] { ConfigProblem.range("welcome", welcome, 0...1_000_000) }
}
