/// What is done to the sound of a voice, beyond its pace and pitch.
package enum VoiceEffect: String, CaseIterable, Sendable {
    /// Softer at the top, as if close and quiet.
    case gentle
    /// Thin below, hard where consonants are.
    case sharp
    /// As it comes, without the rumble below all voices.
    case clean
    /// In a bright room.
    case awe
    /// In a large dark hall.
    case ritual

    /// How long something is heard after the last word, in seconds.
    package var tailSeconds: Double {
        switch self {
        case .gentle, .sharp, .clean: 0
        case .awe: 0.6
        case .ritual: 1.5
        }
    }
}

extension PCM {
    /// The same with an effect; longer where the effect rings on, and at another loudness.
    ///
    /// Works for a while: not for the concurrency pool.
    package func with(_ effect: VoiceEffect) -> PCM {
        let rate = Double(sampleRate)
        return changed { samples in
            switch effect {
            case .gentle:
                Biquad.highShelf(4000, decibels: -9, rate: rate).process(&samples)
            case .sharp:
                Biquad.highPass(220, rate: rate).process(&samples)
                Biquad.peak(3200, decibels: 7, rate: rate).process(&samples)
            case .clean:
                Biquad.highPass(80, rate: rate).process(&samples)
            case .awe:
                Reverb(seconds: effect.tailSeconds, share: 0.28, damping: 0.2, rate: rate).process(&samples)
                Biquad.highShelf(5000, decibels: 3, rate: rate).process(&samples)
            case .ritual:
                Biquad.highShelf(3500, decibels: -5, rate: rate).process(&samples)
                Reverb(seconds: effect.tailSeconds, share: 0.38, damping: 0.55, rate: rate).process(&samples)
            }
        }
    }

    private func changed(_ body: (inout [Float]) -> Void) -> PCM {
        PCM(
            sampleRate: sampleRate,
            channels: channels.map { channel in
                var samples = channel
                body(&samples)
                return samples
            }
        )
    }
}
