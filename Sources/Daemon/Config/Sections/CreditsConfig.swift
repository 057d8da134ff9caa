/// The `[credits]` section: what people pay with.
package struct CreditsConfig: ConfigSection {
    /// What everybody gets once.
    package var welcome = 100
    /// What accounts of these tiers get in each calendar month (UTC).
    package var proMonth = 1000
    package var enterpriseMonth = 5000
    /// Fewer credits than this are worth a word.
    package var lowBelow = 20
    /// A single charge above this is worth one.
    package var largeCharge = 50
    /// Whoever spends more than this within an hour is paused until an operator has looked at it.
    ///
    /// Every charge adds up those of an hour, of which there may be as many as this.
    package var hourMax = 1000
    /// How long before a rise of prices reaches the tiers pro and enterprise they are told of it.
    package var priceNoticeDays = 30

    package static var reloadableKeys: Set<String> { Set(ConfigEncoder.fields(of: Self()).map(\.name)) }

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("welcome", welcome, 0...1_000_000)
            + ConfigProblem.range("pro_month", proMonth, 0...1_000_000_000)
            + ConfigProblem.range("enterprise_month", enterpriseMonth, 0...1_000_000_000)
            + ConfigProblem.range("low_below", lowBelow, 0...1_000_000_000)
            + ConfigProblem.range("large_charge", largeCharge, 0...1_000_000_000)
            + ConfigProblem.range("hour_max", hourMax, 0...100_000)
            + ConfigProblem.range("price_notice_days", priceNoticeDays, 0...365)
    }
}
