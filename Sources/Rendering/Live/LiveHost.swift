import Drawing
import Picture
import Puppets
import RenderWire
import Sound
import Visemes

/// A host in the live picture: he breathes and looks about, and speaks what is on air when it is his.
final class LiveHost {
    let mood: PuppetMood
    private let host: RenderHost
    private let painter: PuppetPainter
    private let motion: PuppetMotion
    /// What he said last: how he moves goes on from there.
    private var last: (script: PuppetScript, origin: Int64) = (PuppetScript(), 0)

    /// - Parameters:
    ///   - host: how he looks.
    ///   - place: among the scene's hosts.
    /// - Throws: `RenderFault` with `.badOrder` that names the field.
    init(_ host: RenderHost, place: Int) throws(RenderFault) {
        let figure = try HostFigure(host, field: "hosts.\(place)")
        self.host = host
        mood = figure.mood
        painter = PuppetPainter(figure.design, style: figure.style)
        motion = PuppetMotion(seed: UInt64(place) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    }

    func lowerThird(_ topic: String?) -> LowerThird {
        LowerThird(
            name: ShownText(host.name),
            role: host.role.isEmpty ? nil : ShownText(host.role),
            topic: topic.flatMap { $0.isEmpty ? nil : ShownText($0) }
        )
    }

    /// Draws him at a sample of the programme.
    ///
    /// - Parameters:
    ///   - line: what he says; `nil` lets him listen.
    ///   - end: the sample before which it ended; `nil` where it ends by itself.
    ///   - sample: of the programme.
    ///   - box: where.
    ///   - canvas: on what.
    /// - Throws: `DrawingError`.
    func draw(_ line: LiveLine?, ends end: Int64?, at sample: Int64, in box: Box, on canvas: Canvas) throws {
        var mouth = Puppets.MouthPose()
        if let line { last = (line.script, line.origin) }
        if let line, line.samples.contains(sample), sample < end ?? .max {
            mouth = HostActor.pose(line.mouth.pose(at: Int(sample - line.samples.lowerBound)))
        }
        let seconds = Double(sample - last.origin) / Double(AudioFormat.sampleRate)
        try painter.draw(motion.pose(at: seconds, last.script, mouth: mouth), in: box, on: canvas)
    }
}
