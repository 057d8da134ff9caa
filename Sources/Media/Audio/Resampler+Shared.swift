import Threading

extension Resampler {
    private struct Rates: Hashable {
        let source: Int
        let target: Int
    }

    private static let known = Mutex<[Rates: Resampler]>([:])
    /// Voices have few rates; a file with an odd one is no reason to keep more.
    private static let knownMax = 8

    /// The filter for two rates, which is worked out once.
    static func shared(from source: Int, to target: Int) -> Resampler {
        let rates = Rates(source: source, target: target)
        if let resampler = known.withLock({ $0[rates] }) { return resampler }
        let resampler = Resampler(from: source, to: target)
        known.withLock { if $0.count < knownMax { $0[rates] = resampler } }
        return resampler
    }
}
