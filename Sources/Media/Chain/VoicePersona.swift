/// Whom listeners hear: a host, or the oracle in the voice of a caller's tier.
package struct VoicePersona: Hashable, Sendable {
    package let name: String
    package let manner: VoiceManner

    package init(name: String, manner: VoiceManner) {
        self.name = name
        self.manner = manner
    }

    /// The host of the station.
    package static let host = VoicePersona(
        name: "host",
        manner: VoiceManner(voices: ["flite": "slt", "espeak": "en-us+f3"])
    )

    /// How high and how fast the oracle speaks to a caller, and with which effect, by tier: low, slow and gentle; medium,
    /// fast and sharp; medium and clean; high, medium and in awe; deep, slow and as in a ritual.
    ///
    /// - Parameter tier: 1 to 5.
    /// - Returns: `nil` for another number.
    package static func tier(_ tier: Int) -> VoicePersona? {
        let (male, female) = (["flite": "awb", "espeak": "en-us+m3"], ["flite": "slt", "espeak": "en-us+f3"])
        let manner: VoiceManner? =
            switch tier {
            case 1: VoiceManner(voices: male, speed: 0.88, pitch: -2, effect: .gentle)
            case 2: VoiceManner(voices: female, speed: 1.15, effect: .sharp)
            case 3: VoiceManner(voices: female, effect: .clean)
            case 4: VoiceManner(voices: female, pitch: 3, effect: .awe)
            case 5: VoiceManner(voices: male, speed: 0.85, pitch: -5, effect: .ritual)
            default: nil
            }
        return manner.map { VoicePersona(name: "tier-\(tier)", manner: $0) }
    }
}
