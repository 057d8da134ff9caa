/// What a host does over time.
package struct PuppetScript: Hashable, Sendable {
    /// From a moment on, until the next cue.
    package struct Cue: Hashable, Sendable {
        /// When, in seconds; the change takes half a second from then on.
        package let at: Double
        package let state: PuppetState
        package let mood: PuppetMood

        package init(at: Double, state: PuppetState, mood: PuppetMood = .neutral) {
            (self.at, self.state, self.mood) = (at, state, mood)
        }
    }

    package let voice: VoiceTrack
    /// In the order of time; before the first one a host listens.
    package let cues: [Cue]

    /// Of several cues within a moment only so many count.
    static let overlapMax = 5

    package init(cues: [Cue] = [], voice: VoiceTrack = .silence) {
        self.voice = voice
        self.cues = cues.filter(\.at.isFinite).sorted { $0.at < $1.at }
    }

    /// The cues that are seen at a moment, each with how far it has come: 0 to 1, the first at 1.
    func seen(at seconds: Double) -> [(cue: Cue, share: Double)] {
        let next = cues.partition(after: seconds)
        let first = Cue(at: -.infinity, state: .listening)
        let recent = cues[max(0, next - PuppetScript.overlapMax)..<next]
        return [(recent.count < PuppetScript.overlapMax ? first : recent[recent.startIndex], 1)]
            + recent.map { ($0, Curve.smooth((seconds - $0.at) / PuppetScript.changeSeconds)) }
    }

    private static let changeSeconds = 0.5
}

extension [PuppetScript.Cue] {
    /// How many begin at a moment or before.
    fileprivate func partition(after seconds: Double) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].at <= seconds { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
