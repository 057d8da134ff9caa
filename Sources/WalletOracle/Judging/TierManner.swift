/// How the oracle sounds to a tier, in words; the speech engines know the persona by its name.
package struct TierManner: Hashable, Sendable {
    package enum Pitch: String, Hashable, Sendable { case deep, low, medium, high }
    package enum Speed: String, Hashable, Sendable { case slow, medium, fast }
    package enum Effect: String, Hashable, Sendable, CaseIterable { case gentle, sharp, clean, awe, ritual }

    package let personaName: String
    package let pitch: Pitch
    package let speed: Speed
    package let effect: Effect

    package init(_ tier: WalletTier) {
        personaName = "tier-\(tier.rawValue)"
        (pitch, speed, effect) =
            switch tier {
            case .welcome: (.low, .slow, .gentle)
            case .roast: (.medium, .fast, .sharp)
            case .respect: (.medium, .medium, .clean)
            case .awe: (.high, .medium, .awe)
            case .ritual: (.deep, .slow, .ritual)
            }
    }
}
