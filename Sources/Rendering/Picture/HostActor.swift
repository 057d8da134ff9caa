import Drawing
import Picture
import Puppets
import RenderWire
import Sound
import Visemes

/// A host in a scene: how he looks, moves and speaks.
final class HostActor {
    let lowerThird: LowerThird
    private let painter: PuppetPainter
    private let motion: PuppetMotion
    private let script: PuppetScript
    /// What he says, with how his mouth moves.
    private let lines: [(samples: Range<Int>, mouth: VisemeTrack)]

    /// - Parameters:
    ///   - place: among the scene's hosts.
    ///   - order: the scene.
    ///   - speech: what is said in it.
    /// - Throws: `RenderFault`.
    init(_ place: Int, _ order: SceneOrder, _ speech: SceneSpeech) throws(RenderFault) {
        let host = order.scene.hosts[place]
        let figure = try HostFigure(host, field: "hosts.\(place)")
        lowerThird = LowerThird(
            name: ShownText(host.name),
            role: host.role.isEmpty ? nil : ShownText(host.role),
            topic: order.scene.topic.isEmpty ? nil : ShownText(order.scene.topic)
        )
        painter = PuppetPainter(figure.design, style: figure.style)
        motion = PuppetMotion(seed: order.order.seed ^ speech.seed &+ UInt64(place))
        let parts = speech.parts.filter { $0.speech.host == place }
        script = HostActor.script(parts, figure.mood)
        var lines: [(Range<Int>, VisemeTrack)] = []
        for part in parts { lines.append((part.samples, try MouthTiming.track(of: part.speech))) }
        self.lines = lines
    }

    /// When he has begun to speak last, in samples of the scene; those who have not come in their order.
    func lastWord(before sample: Int) -> Int {
        lines.last { $0.samples.lowerBound <= sample }?.samples.lowerBound ?? -1
    }

    func draw(at sample: Int, in box: Box, on canvas: Canvas) throws {
        let line = lines.first { $0.samples.contains(sample) }
        let mouth =
            line.map { HostActor.pose($0.mouth.pose(at: sample - $0.samples.lowerBound)) } ?? Puppets.MouthPose()
        let seconds = Double(sample) / Double(AudioFormat.sampleRate)
        try painter.draw(motion.pose(at: seconds, script, mouth: mouth), in: box, on: canvas)
    }

    // MARK: What he does

    static func script(_ parts: [SceneSpeech.Part], _ mood: PuppetMood) -> PuppetScript {
        let rate = Double(Narration.levelsPerSecond)
        let samplesPerLevel = AudioFormat.sampleRate / Narration.levelsPerSecond
        var energy: [Float] = []
        var sentences: [VoiceTrack.Sentence] = []
        var cues = [PuppetScript.Cue(at: -1, state: .listening, mood: mood)]
        let loudest = parts.flatMap(\.levels).max() ?? 0
        for part in parts {
            let first = part.samples.lowerBound / samplesPerLevel
            energy += [Float](repeating: 0, count: max(0, first - energy.count))
            // Loudness as it is heard, and not by the voice's own level.
            energy += part.levels.map { loudest > 0 ? ($0 / loudest).squareRoot() : 0 }
            sentences += HostActor.sentences(part.words)
            let (from, to) = (part.samples.lowerBound, part.samples.upperBound)
            cues.append(PuppetScript.Cue(at: Double(from) / 48_000 - 0.2, state: .speaking, mood: mood))
            cues.append(PuppetScript.Cue(at: Double(to) / 48_000 + 0.1, state: .listening, mood: mood))
        }
        let voice = VoiceTrack(rate: rate, energy: energy, sentences: sentences) ?? .silence
        return PuppetScript(cues: cues, voice: voice)
    }

    private static func sentences(_ words: [SpokenWord]) -> [VoiceTrack.Sentence] {
        var (sentences, start): ([VoiceTrack.Sentence], Int?) = ([], nil)
        for word in words {
            start = start ?? word.start
            guard word.endsSentence, let begin = start else { continue }
            sentences.append(
                VoiceTrack.Sentence(
                    start: Double(begin) / 1000,
                    end: Double(word.end) / 1000,
                    isQuestion: word.text.last { !"\"')".contains($0) } == "?"
                )
            )
            start = nil
        }
        return sentences
    }

    /// The same weights, as figures have them.
    static func pose(_ pose: Visemes.MouthPose) -> Puppets.MouthPose {
        var weights: [Puppets.MouthPose.Shape: Double] = [:]
        for shape in MouthShape.allCases { weights[HostActor.shape(shape)] = Double(pose[shape]) }
        return Puppets.MouthPose(weights)
    }

    private static func shape(_ shape: MouthShape) -> Puppets.MouthPose.Shape {
        switch shape {
        case .closed: .a
        case .teeth: .b
        case .open: .c
        case .wide: .d
        case .rounded: .e
        case .puckered: .f
        case .lip: .g
        case .tongue: .h
        case .rest: .x
        }
    }
}
