/// The `[trends]` section: how X is searched for what people talk about, and what that may cost.
package struct TrendsConfig: ConfigSection {
    /// From the beginning of one poll to that of the next, at least.
    package var pollSeconds = 45.0
    /// Whether polls come as seldom as it takes for the money to last until the day is over.
    package var spreadOverDay = true
    /// A search that takes longer is given up.
    package var searchSeconds = 120.0
    /// A list that is older is not spoken of on the air.
    package var staleAfterSeconds = 600.0
    /// What the searches of a day in UTC may cost, in US dollars, as a decimal text; 0 for no searches.
    package var usdPerDayMax = "5"
    /// What is set aside for a search before it begins; what it counts for when its provider does not tell.
    package var usdPerSearch = "0.25"
    /// How many days before today the first posts are from.
    package var daysBack = 1
    /// Accounts on X whose posts alone are looked at, without an at sign; empty for all.
    package var allowedAccounts: [String] = []
    /// Accounts whose posts are not looked at.
    package var excludedAccounts: [String] = []

    package static var reloadableKeys: Set<String> { Set(ConfigEncoder.fields(of: Self()).map(\.name)) }

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("poll_seconds", pollSeconds, 1...86_400)
            + ConfigProblem.range("search_seconds", searchSeconds, 1...600)
            + ConfigProblem.range("stale_after_seconds", staleAfterSeconds, 1...86_400)
            + ConfigProblem.range("days_back", daysBack, 0...30)
            + moneyProblems + accountProblems("allowed_accounts", allowedAccounts)
            + accountProblems("excluded_accounts", excludedAccounts)
            + (allowedAccounts.isEmpty || excludedAccounts.isEmpty
                ? [] : [.invalid("excluded_accounts", "must be empty where allowed_accounts is not")])
    }

    private var moneyProblems: [ConfigProblem] {
        let amounts: [(ConfigPath, String)] = [("usd_per_day_max", usdPerDayMax), ("usd_per_search", usdPerSearch)]
        let wrong = amounts.filter { USDPrice($0.1) == nil }.map { path, _ -> ConfigProblem in
            .invalid(path, "must be dollars such as \"0.15\", with four places behind the point at most")
        }
        guard let day = USDPrice(usdPerDayMax)?.ticks, let search = USDPrice(usdPerSearch)?.ticks else { return wrong }
        if search == 0 { return [.notPositive("usd_per_search")] }
        return day == 0 || day >= search
            ? [] : [.invalid("usd_per_day_max", "must be 0 or enough for one search (usd_per_search)")]
    }

    private static let accountsMax = 10

    private func accountProblems(_ path: ConfigPath, _ names: [String]) -> [ConfigProblem] {
        let wrong = names.enumerated().filter { !TrendsConfig.isAccount($0.element) }.map { position, _ in
            ConfigProblem.invalid(path.index(position), "must be a name on X, without an at sign")
        }
        let many: [ConfigProblem] =
            names.count > TrendsConfig.accountsMax
            ? [.invalid(path, "must have at most \(TrendsConfig.accountsMax) names")] : []
        return wrong + many + ConfigProblem.repeated(path, names)
    }

    private static func isAccount(_ name: String) -> Bool {
        (1...15).contains(name.utf8.count)
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}
