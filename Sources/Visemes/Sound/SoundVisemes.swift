/// A mouth's track from nothing but the sound of a voice, in any language.
///
/// It hears whether a mouth is open and how far, hissing, and rounded lips; p, b and m from the other sounds that are made
/// with a closed mouth it tells by likelihood only. So it shows most closed lips, and some where there are none.
package enum SoundVisemes {
    /// Longer stretches without sound are pauses.
    private static let closureFramesMax = 20
    /// Shorter ones are the voice's own trembling.
    private static let closureFramesMin = 3

    /// - Parameter samples: one channel at the station's rate, full scale at ±1.
    /// - Returns: the track, at rest when the sound ends.
    /// - Throws: `VisemeError.badInput` for more than `MouthTime.max` samples.
    package static func track(_ samples: [Float]) throws(VisemeError) -> VisemeTrack {
        guard samples.count <= MouthTime.max else {
            throw .badInput("there are \(samples.count) samples, and \(MouthTime.max) are the most")
        }
        let sound = SoundFrames(samples)
        return try SpanShaper.track(spans(sound, end: samples.count))
    }

    private static func spans(_ sound: SoundFrames, end: Int) -> [ShapeSpan] {
        var hearing = Hearing()
        let heard = sound.frames.indices.map { hearing.hear(sound, $0) }
        var spans: [ShapeSpan] = []
        var place = 0
        while place < heard.count {
            let begin = place
            while place < heard.count, heard[place].sameRun(as: heard[begin]) { place += 1 }
            guard let shape = shape(of: begin..<place, heard[begin], sound, before: spans.last) else {
                spans[spans.count - 1].end = moment(place, end)
                continue
            }
            let weights = heard[begin..<place].reduce(0) { $0 + $1.weight }
            spans.append(
                ShapeSpan(
                    start: moment(begin, end),
                    end: moment(place, end),
                    shape: shape,
                    weight: shape.isTelling || shape == .rest ? 100 : weights / (place - begin)
                )
            )
        }
        return spans
    }

    /// A frame stands for the time around its middle.
    private static func moment(_ place: Int, _ end: Int) -> Int {
        place == 0 ? 0 : min(place * SoundFrames.hop - SoundFrames.hop / 2, end)
    }

    /// - Returns: `nil` for what is too short to be anything.
    private static func shape(
        of run: Range<Int>,
        _ heard: Heard,
        _ sound: SoundFrames,
        before last: ShapeSpan?
    ) -> MouthShape? {
        guard case .quiet = heard else { return heard.shape }
        let isInside = run.lowerBound > 0 && run.upperBound < sound.frames.count
        guard isInside, run.count <= closureFramesMax else { return .rest }
        if run.count < closureFramesMin { return last == nil ? .rest : nil }
        return looksLikeLips(run, sound) ? .closed : .teeth
    }

    /// Whether lips are what closed the mouth.
    ///
    /// Three things speak for it, in decibels: the hum is far louder than what is above it, the mouth opens with low tones
    /// (the tongue has had no part in it), and it was closed for long. The weights and the border were found on flite's
    /// voices, whose own phones say where lips are closed.
    private static func looksLikeLips(_ run: Range<Int>, _ sound: SoundFrames) -> Bool {
        func mean(_ band: KeyPath<SoundFrames.Frame, Float>) -> Float {
            run.reduce(0) { $0 + sound.frames[$1][keyPath: band] } / Float(run.count)
        }
        let voice = mean(\.voice)
        // Where the closure is silent the hum says nothing: halfway between what is usual with lips, and without.
        let isHumming = voice > sound.peaks[run.lowerBound] - 55
        let hum = isHumming ? voice - max(mean(\.third), mean(\.hiss)) : 22
        let after = sound.frames[min(run.upperBound + 1, sound.frames.count - 1)]
        let opening = max(after.first, after.second) - max(after.third, after.hiss)
        return hum + opening + 3 * Float(run.count) > 42
    }
}
