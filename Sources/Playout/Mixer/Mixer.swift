import PlayoutLink
package import Sound
import Threading

/// What the mixer draws from and reports to; all of it is made before the first block.
package struct MixerParts: Sendable {
    package let buffers: [ItemBuffer]
    /// The bed's file, endlessly.
    package let bed: SampleRing
    /// The live call.
    package let call: SampleRing
    package let sounds: StandbySound
    package let reports: MessageRing<MixerReport>

    /// - Parameters:
    ///   - bufferCount: how many items may be in memory at once.
    ///   - bufferFrames: how much of each.
    package init(bufferCount: Int = 5, bufferFrames: Int = 131_072) {
        buffers = (0..<bufferCount).map { _ in ItemBuffer(framesMin: bufferFrames) }
        bed = SampleRing(framesMin: 2 * AudioFormat.sampleRate)
        call = SampleRing(framesMin: AudioFormat.sampleRate)
        sounds = StandbySound()
        reports = MessageRing(capacity: 1024)
    }
}

/// Makes the programme, block by block, from items, bed, idents and a call.
///
/// The same commands before the same blocks give the same samples. An item begins at the very frame at which the one before
/// it ends. Nothing here waits, and after it is made nothing takes memory.
package struct Mixer: ~Copyable {
    /// How many items may wait behind the one that plays.
    package static let cueCountMax = 4
    /// Everything is heard so many frames after it was mixed.
    package static let latencyFrames = Limiter.latencyFrames

    private let parts: MixerParts
    private let foreground: UnsafeMutablePointer<Float>
    private let scratch: UnsafeMutablePointer<Float>
    private var current: Voice?
    /// What sounds under the beginning of `current`.
    private var leaving: Voice?
    private var cues: InlineArray<4, Cue?> = .init(repeating: nil)
    private var cueCount = 0
    private var renderedFrames: Int64 = 0
    private var starvedFrames: Int64 = 0
    private var idleFrames = 0
    private var isStandby = false
    private var blocks = 0

    private var bed: BedPlayer
    private var chimePosition: Int?
    private var isCallOn = false
    private var callGain: Float = 1
    private var ducker = Ducker()
    private var delay = DelayLine()
    private var master = MasterGain()
    private var limiter = Limiter()
    private var gate = MuteGate()
    private var meter = LevelMeter()

    package init(_ parts: MixerParts) {
        self.parts = parts
        foreground = .allocate(capacity: AudioFormat.blockSamples)
        scratch = .allocate(capacity: AudioFormat.blockSamples)
        foreground.initialize(repeating: 0, count: AudioFormat.blockSamples)
        scratch.initialize(repeating: 0, count: AudioFormat.blockSamples)
        bed = BedPlayer(ring: parts.bed, sounds: parts.sounds)
    }

    deinit {
        foreground.deallocate()
        scratch.deallocate()
    }

    /// Does what it is told before the next block.
    package mutating func apply(_ command: MixerCommand) {
        switch command {
        case .cue(let cue):
            // The director never has more under way; a cue too many would only end as it began, unheard.
            guard cueCount < Mixer.cueCountMax else {
                return report(.ended(serial: cue.serial, .skipped, position: 0, at: renderedFrames))
            }
            cues[cueCount] = cue
            cueCount += 1
        case .uncueAll(let token):
            cueCount = 0
            report(.uncued(token: token))
        case .skip(let serial):
            if current?.cue.serial == serial { current?.skip() }
        case .mute(let isMuted):
            guard gate.isMuted != isMuted else { return }
            gate.isMuted = isMuted
            report(.muted(isMuted, at: renderedFrames))
        case .delay(let isOn): delay.set(on: isOn)
        case .gain(let factor): master.target = factor
        case .dump: report(.dumped(frames: delay.dump(), at: renderedFrames))
        case .bedFile(let isOn, let gain): bed.useFile(isOn, gain: gain)
        case .chime: chimePosition = 0
        case .call(let isOn, let gain): (isCallOn, callGain) = (isOn, gain)
        }
    }

    /// Makes the next block.
    ///
    /// - Parameter block: room for `AudioFormat.blockSamples` samples.
    package mutating func render(into block: UnsafeMutablePointer<Float>) {
        foreground.update(repeating: 0, count: AudioFormat.blockSamples)
        let kind = mixForeground()
        var peak: Float = 0
        for sample in 0..<AudioFormat.blockSamples { peak = max(peak, abs(foreground[sample])) }
        let before = ducker.gain
        let after = ducker.next(under: kind, peak: peak)
        bed.render(into: block, scratch: scratch, from: before, to: after)
        for sample in 0..<AudioFormat.blockSamples { block[sample] += foreground[sample] }
        delay.process(block, fillingWith: parts.sounds)
        master.process(block, frames: AudioFormat.blockFrames)
        limiter.process(block, frames: AudioFormat.blockFrames)
        gate.process(block, frames: AudioFormat.blockFrames)
        let figures = meter.measure(block, frames: AudioFormat.blockFrames)
        renderedFrames += Int64(AudioFormat.blockFrames)
        tell(figures)
    }

    // MARK: What plays over the bed

    /// - Returns: what the bed is to give way to.
    private mutating func mixForeground() -> ItemKind? {
        var kind = current?.cue.kind ?? leaving?.cue.kind
        var frame = 0
        while frame < AudioFormat.blockFrames {
            if current == nil, let cue = takeCue() { begin(cue, at: frame) }
            crossFadeIfDue(at: frame)
            kind = current?.cue.kind ?? kind
            frame += mixSegment(at: frame)
        }
        if isCallOn {
            mixCall()
            kind = kind ?? .call
        }
        if let position = chimePosition {
            let count = parts.sounds.mixChime(into: foreground, frames: AudioFormat.blockFrames, from: position)
            chimePosition = count < AudioFormat.blockFrames ? nil : position + count
            kind = kind ?? .ident
        }
        let isIdle = current?.cue.isStandby ?? true && leaving == nil && !isCallOn
        idleFrames = isIdle ? idleFrames + AudioFormat.blockFrames : 0
        return kind
    }

    /// Mixes up to the next frame at which something changes.
    ///
    /// - Returns: how many frames that was.
    private mutating func mixSegment(at frame: Int) -> Int {
        var frames = AudioFormat.blockFrames - frame
        if var voice = current {
            frames = min(frames, voice.remaining)
            if let fade = crossFadeFrames(after: voice) { frames = min(frames, voice.remaining - fade) }
            // Asked first: whatever was written before it was whole or broken is then in the ring.
            let buffer = parts.buffers[voice.cue.buffer]
            let state = buffer.state
            let count = voice.mix(from: buffer.ring, into: foreground + 2 * frame, scratch: scratch, frames: frames)
            current = voice
            if voice.remaining == 0 {
                end(voice, voice.end, at: frame + count)
                current = nil
            } else if count < frames, state == .filling {
                // The loader is late: the item waits, and the bed comes up.
                starvedFrames += Int64(frames - count)
            } else if count < frames {
                end(voice, .broken, at: frame + count)
                current = nil
                frames = count
            }
        }
        mixLeaving(at: frame, frames: frames)
        return frames
    }

    private mutating func mixLeaving(at frame: Int, frames: Int) {
        guard var voice = leaving, frames > 0 else { return }
        let ring = parts.buffers[voice.cue.buffer].ring
        let count = voice.mix(from: ring, into: foreground + 2 * frame, scratch: scratch, frames: frames)
        leaving = voice
        // What is fading out anyway does not wait for sound that comes late.
        if voice.remaining == 0 || count < min(frames, voice.remaining + count) {
            end(voice, voice.end, at: frame + count)
            leaving = nil
        }
    }

    private mutating func takeCue() -> Cue? {
        guard cueCount > 0, let cue = cues[0] else { return nil }
        for index in 1..<Mixer.cueCountMax { cues[index - 1] = cues[index] }
        cueCount -= 1
        return cue
    }

    private mutating func begin(_ cue: Cue, at frame: Int) {
        current = Voice(cue, totalFrames: parts.buffers[cue.buffer].totalFrames)
        report(.started(serial: cue.serial, at: renderedFrames + Int64(frame)))
    }

    private mutating func end(_ voice: Voice, _ reason: VoiceEnd, at frame: Int) {
        report(.ended(serial: voice.cue.serial, reason, position: voice.itemFrame, at: renderedFrames + Int64(frame)))
    }

    // MARK: Cross-fades

    /// How long before its end the next item begins; `nil` when it waits for the end.
    private func crossFadeFrames(after voice: Voice) -> Int? {
        guard cueCount > 0, let next = cues[0], next.crossFadeFrames > 0, leaving == nil, !voice.isBeingSkipped else {
            return nil
        }
        // Neither may be gone before the fade is over.
        let shorter = min(voice.endFrame, parts.buffers[next.buffer].totalFrames)
        return min(next.crossFadeFrames, shorter / 2)
    }

    private mutating func crossFadeIfDue(at frame: Int) {
        guard var voice = current, let fade = crossFadeFrames(after: voice), fade > 0, voice.remaining <= fade,
            voice.remaining > 0, let cue = takeCue()
        else { return }
        voice.fadeOutByPower()
        leaving = voice
        begin(cue, at: frame)
        current?.fadeIn(byPowerOver: voice.remaining)
    }

    private mutating func mixCall() {
        let count = parts.call.read(into: scratch, frames: AudioFormat.blockFrames)
        for sample in 0..<count * 2 { foreground[sample] += scratch[sample] * callGain }
    }

    // MARK: Telling

    private static let positionBlocks = 10
    private static let standbyFrames = AudioFormat.frames(milliseconds: 500)

    private mutating func tell(_ figures: LevelFigures?) {
        blocks += 1
        let isIdle = idleFrames >= Mixer.standbyFrames
        if isIdle != isStandby {
            isStandby = isIdle
            report(.standby(isIdle, at: renderedFrames))
        }
        if blocks.isMultiple(of: Mixer.positionBlocks) {
            report(.position(serial: current?.cue.serial ?? 0, frame: current?.itemFrame ?? 0, at: renderedFrames))
        }
        if var figures {
            figures.starvedFrames = starvedFrames
            figures.at = renderedFrames
            report(.level(figures))
        }
    }

    /// What finds no room is counted by the ring.
    private func report(_ report: MixerReport) { parts.reports.put(report) }
}
