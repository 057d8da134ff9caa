import Sound

/// Loudness in LUFS; `nil` while there is nothing to measure, as in silence.
package struct Loudness: Hashable, Codable, Sendable {
    /// Of the last 400 ms.
    package var momentary: Double?
    /// Of the last 3 s.
    package var shortTerm: Double?
    /// Since the meter was made, without the quiet parts (gated).
    package var integrated: Double?

    package init(momentary: Double? = nil, shortTerm: Double? = nil, integrated: Double? = nil) {
        self.momentary = momentary
        self.shortTerm = shortTerm
        self.integrated = integrated
    }
}

extension Loudness {
    /// What a meter shows now.
    init(_ meter: LoudnessMeter) {
        self.init(momentary: meter.momentary, shortTerm: meter.shortTerm, integrated: meter.integrated)
    }
}
