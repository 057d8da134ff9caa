import Glibc

/// One of flite's built-in voices.
package enum FliteVoice: String, CaseIterable, Hashable, Sendable {
    /// A woman's; the clearest.
    case slt
    /// Men's.
    case rms, awb
    /// Of the older kind: quick, and like a machine.
    case kal16, kal

    /// Its own pitch in hertz, measured; `nil` where the program cannot change it.
    private var hertz: Double? {
        switch self {
        case .slt: 168
        case .awb: 128
        case .kal16, .kal: 95
        case .rms: nil
        }
    }

    /// How a manner of speaking is asked for.
    struct Setting: Hashable, Sendable {
        let arguments: [String]
        /// How much faster its sound is to be played than it says, which lifts the pitch where nothing else does.
        let playSpeed: Double
    }

    func setting(_ manner: VoiceManner) -> Setting {
        let factor = pow(2, manner.pitch / 12)
        guard manner.pitch != 0 else {
            return Setting(
                arguments: manner.speed == 1 ? [] : ["--setf", "duration_stretch=\(text(1 / manner.speed))"],
                playSpeed: 1
            )
        }
        if let hertz {
            let stretch = manner.speed == 1 ? [] : ["--setf", "duration_stretch=\(text(1 / manner.speed))"]
            return Setting(arguments: stretch + ["--setf", "int_f0_target_mean=\(text(hertz * factor))"], playSpeed: 1)
        }
        return Setting(arguments: ["--setf", "duration_stretch=\(text(factor / manner.speed))"], playSpeed: factor)
    }

    /// Three decimals are enough, and no exponents.
    private func text(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let decimals = String(thousandths % 1000 + 1000).dropFirst()
        return "\(thousandths / 1000).\(decimals)"
    }
}
