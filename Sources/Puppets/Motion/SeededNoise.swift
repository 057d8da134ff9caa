/// Chance that is the same for the same seed, place by place, with no memory of what was asked before.
struct SeededNoise: Hashable, Sendable {
    let seed: UInt64

    /// One number for each whole place: 0 up to 1.
    func value(_ channel: UInt64, _ index: Int64) -> Double {
        // The end of SplitMix64, over a number that differs in seed, channel or index.
        var mixed = seed &+ channel &* 0xd1b5_4a32_d192_ed03 &+ UInt64(bitPattern: index) &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return Double((mixed ^ mixed >> 31) >> 11) / Double(UInt64(1) << 53)
    }

    /// A smooth course from -1 to 1 that takes about a unit of the place to go from one height to another.
    func wave(_ channel: UInt64, _ place: Double) -> Double {
        let index = place.rounded(.down)
        guard let whole = Int64(exactly: index) else { return 0 }
        let (from, to) = (value(channel, whole), value(channel, whole &+ 1))
        return 2 * (from + (to - from) * Curve.smooth(place - index)) - 1
    }
}
