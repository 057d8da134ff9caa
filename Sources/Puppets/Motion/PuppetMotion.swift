import Drawing

/// Brings a host to life: blinks, looks, breath, and a head that moves with the voice.
///
/// A plain value without a memory: the pose at a moment depends on the seed, the script and that moment alone, whatever
/// was asked before and however often. Of the voice only what lies before the moment counts, except for where sentences
/// end, so that a script may grow while it is played.
package struct PuppetMotion: Hashable, Sendable {
    private let noise: SeededNoise

    private enum Channel {
        static let turn: UInt64 = 21
        static let tilt: UInt64 = 22
        static let nod: UInt64 = 23
        static let sway: UInt64 = 24
        static let gestureTurn: UInt64 = 25
        static let gestureTilt: UInt64 = 26
        static let breath: UInt64 = 27
        static let brow: UInt64 = 28
    }

    package init(seed: UInt64) { noise = SeededNoise(seed: seed) }

    /// The pose at a moment.
    ///
    /// - Parameters:
    ///   - seconds: since the script's begin.
    ///   - script: what happens.
    ///   - mouth: what the speech has for that moment.
    /// - Returns: with every number in its range.
    package func pose(at seconds: Double, _ script: PuppetScript, mouth: MouthPose = MouthPose()) -> PuppetPose {
        guard seconds.isFinite else { return PuppetPose() }
        var pose = PuppetPose()
        for (cue, share) in script.seen(at: seconds) {
            var next = PuppetPose(mood: cue.mood, state: cue.state)
            next.gaze = next.gaze + Gaze(noise: noise).target(at: seconds, cue.state)
            if cue.state == .speaking { addVoice(&next, seconds, script.voice) }
            if cue.state == .listening { addAssent(&next, seconds) }
            pose = pose.mixed(with: next, share)
        }
        addLife(&pose, seconds)
        let blink = Blinks(noise: noise).lids(at: seconds, script.voice)
        pose.lids += (1 - pose.lids) * blink
        pose.mouth = mouth
        return pose.bounded
    }

    /// What never stops: breath and small sway.
    private func addLife(_ pose: inout PuppetPose, _ seconds: Double) {
        let breath = Curve.breath(seconds + Curve.breathSeconds * noise.value(Channel.breath, 0))
        pose.breath += breath
        pose.shoulders += breath * 0.12
        pose.nod -= breath * 0.05
        pose.sway += 0.55 * noise.wave(Channel.sway, seconds / 3.4) + 0.2 * noise.wave(Channel.sway, seconds / 1.3)
        pose.turn += 0.09 * noise.wave(Channel.turn, seconds / 2.3)
        pose.tilt += 0.09 * noise.wave(Channel.tilt, seconds / 2.9)
        pose.nod += 0.08 * noise.wave(Channel.nod, seconds / 1.9)
    }

    /// What a voice does to whom it comes from.
    private func addVoice(_ pose: inout PuppetPose, _ seconds: Double, _ voice: VoiceTrack) {
        let (stress, loud) = (voice.stress(at: seconds), min(1, voice.mean(at: seconds, over: 1.2) * 2))
        pose.nod += 0.5 * stress - 0.12 * loud
        pose.turn += 0.34 * loud * noise.wave(Channel.gestureTurn, seconds / 0.9)
        pose.tilt += 0.3 * loud * noise.wave(Channel.gestureTilt, seconds / 1.2)
        pose.shoulders += 0.25 * stress * loud
        // Brows follow some of the stresses, not all.
        let brow = max(0, 0.35 + noise.wave(Channel.brow, seconds / 1.5)) * stress * 0.7
        pose.raiseBrows(brow)
        for sentence in voice.ends(in: seconds - 1...seconds + 1) { addEnd(of: sentence, &pose, seconds) }
    }

    private func addEnd(of sentence: VoiceTrack.Sentence, _ pose: inout PuppetPose, _ seconds: Double) {
        let since = seconds - sentence.end
        if sentence.isQuestion {
            let asking = Curve.smooth((since + 0.7) / 0.35) * (1 - Curve.smooth((since - 0.45) / 0.5))
            pose.raiseBrows(0.65 * asking)
            pose.tilt += 0.3 * asking
            pose.nod -= 0.15 * asking
        } else {
            pose.nod += 0.4 * Curve.bump((since + 0.2) / 0.65)
        }
    }

    /// Who listens nods now and then.
    private func addAssent(_ pose: inout PuppetPose, _ seconds: Double) {
        let slot = (seconds / 3.7).rounded(.down)
        guard let index = Int64(exactly: slot), noise.value(Channel.nod, index) < 0.45 else { return }
        let since = seconds - slot * 3.7 - 1
        pose.nod += 0.35 * Curve.bump(since / 0.5) + 0.22 * Curve.bump((since - 0.45) / 0.5)
    }
}

extension PuppetPose {
    mutating func raiseBrows(_ by: Double) {
        leftBrow.up += by
        rightBrow.up += by
    }
}
