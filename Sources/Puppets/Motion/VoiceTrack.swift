/// How loud a voice is over time, and where its sentences end: what a head moves by.
package struct VoiceTrack: Hashable, Sendable {
    package struct Sentence: Hashable, Sendable {
        /// Seconds.
        package let start: Double
        package let end: Double
        package let isQuestion: Bool

        package init(start: Double, end: Double, isQuestion: Bool = false) {
            (self.start, self.end, self.isQuestion) = (start, end, isQuestion)
        }
    }

    /// Samples in a second.
    package let rate: Double
    /// Loudness from 0 to 1, the first at second 0; after the last one it is silent.
    package let energy: [Float]
    /// In the order of their ends.
    package let sentences: [Sentence]

    /// An hour of samples at the highest rate.
    package static let samplesMax = 360_000
    package static let rates = 25.0...100.0

    package static let silence = VoiceTrack(silentAt: 25)

    private init(silentAt rate: Double) { (self.rate, energy, sentences) = (rate, [], []) }

    /// There is none for another rate or too many samples.
    ///
    /// - Parameters:
    ///   - rate: 25 to 100 samples in a second.
    ///   - energy: at most `samplesMax`; what is no number is silence.
    ///   - sentences: in any order.
    package init?(rate: Double, energy: [Float], sentences: [Sentence] = []) {
        guard VoiceTrack.rates.contains(rate), energy.count <= VoiceTrack.samplesMax else { return nil }
        self.rate = rate
        self.energy = energy.map { $0.isFinite ? min(max(0, $0), 1) : 0 }
        self.sentences = sentences.filter { $0.start <= $0.end }.sorted { ($0.end, $0.start) < ($1.end, $1.start) }
    }

    /// The loudness at a moment, between samples on the line from one to the next.
    func level(at seconds: Double) -> Double {
        let place = seconds * rate
        guard place >= 0, place < Double(energy.count) else { return 0 }
        let index = Int(place)
        let next = index + 1 < energy.count ? energy[index + 1] : 0
        return Double(energy[index]) + Double(next - energy[index]) * (place - Double(index))
    }

    /// The mean loudness of the last moments, most of all in their middle; nothing of it lies ahead.
    func mean(at seconds: Double, over window: Double) -> Double {
        let count = 16
        var (sum, weights) = (0.0, 0.0)
        for step in 0..<count {
            let place = (Double(step) + 0.5) / Double(count)
            let weight = place < 0.5 ? place : 1 - place
            sum += level(at: seconds - window * place) * weight
            weights += weight
        }
        return sum / weights
    }

    /// How much louder it is now than it was lately: 0 to 1, high on stressed syllables.
    func stress(at seconds: Double) -> Double {
        let rise = mean(at: seconds, over: 0.26) - mean(at: seconds, over: 1.4)
        return min(max(0, rise * 3.2), 1)
    }

    /// Sentences that end within a span of time.
    func ends(in span: ClosedRange<Double>) -> ArraySlice<Sentence> {
        var (low, high) = (0, sentences.count)
        while low < high {
            let middle = (low + high) / 2
            if sentences[middle].end < span.lowerBound { low = middle + 1 } else { high = middle }
        }
        let end = sentences[low...].firstIndex { $0.end > span.upperBound } ?? sentences.count
        return sentences[low..<end]
    }
}
