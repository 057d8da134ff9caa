/// A line with places for facts, such as `{win}`.
struct OracleTemplate: Hashable, Sendable {
    let text: String
    /// Only said where the setting allows this much; of roasts.
    let heat: RoastLevel

    init(_ text: String, heat: RoastLevel = .mild) {
        self.text = text
        self.heat = heat
    }

    /// `nil` when it needs a fact that is unknown.
    func filled(with facts: OracleFacts) -> String? {
        var (result, rest) = ("", text[...])
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            let name = rest[rest.index(after: open)...].prefix { $0 != "}" }
            guard let fact = OracleFacts.Name(rawValue: String(name)).flatMap({ facts[$0] }) else { return nil }
            result += fact
            rest = rest[name.endIndex...].dropFirst()
        }
        result += rest
        return result.prefix(1).uppercased() + result.dropFirst()
    }

    /// Those that may be said, the best first.
    static func all(for occasion: OracleOccasion, tier: WalletTier, level: RoastLevel) -> [OracleTemplate] {
        let all =
            switch occasion {
            case .intro: intros(of: tier)
            case .exit(let tone): exits(of: tier, tone)
            }
        let allowed = all.filter { $0.heat <= level }
        // The hottest that are allowed; the order is kept within a heat.
        return RoastLevel.allCases.reversed().flatMap { heat in allowed.filter { $0.heat == heat } }
    }

    /// What can always be said.
    static func plain(_ occasion: OracleOccasion) -> String {
        switch occasion {
        case .intro: "A caller is on the line. Welcome to CryptoCall FM."
        case .exit: "Thank you for calling CryptoCall FM."
        }
    }
}
