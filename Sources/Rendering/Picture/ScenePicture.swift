import Bus
package import Drawing
import Picture
import Puppets
package import RenderWire

/// A scene of a film as it is seen: its layout, its hosts, and what they say.
package final class ScenePicture: SceneDrawing {
    private let form: FilmForm
    private let start: Timestamp
    private let base: Scene
    private let captions: [TimedCaption]
    private let hosts: [HostActor]
    private let painter: ScenePainter

    /// Reads the sound of what is said where the voice has told no phones; blocks for that.
    ///
    /// - Throws: `RenderFault` with `.badOrder` that names the field, `.badInput` for sound that cannot be read.
    package init(_ order: SceneOrder) throws(RenderFault) {
        form = order.order.form
        start = Timestamp(milliseconds: order.order.producedAt)
        base = try Scene(order)
        let speech = SceneSpeech(order)
        captions = speech.parts.flatMap { FilmCaptions.cut($0.words, order.order.form) }
        var hosts: [HostActor] = []
        for place in order.scene.hosts.indices { hosts.append(try HostActor(place, order, speech)) }
        self.hosts = hosts
        do {
            let theme = order.order.theme == "light" ? try Theme.light() : try Theme.dark()
            painter = try ScenePainter(width: form.width, height: form.height, theme: theme)
        } catch {
            throw RenderFault(.badOrder, "theme: \(error)")
        }
    }

    package func draw(_ frame: Int, on canvas: Canvas) throws(RenderFault) {
        let milliseconds = Int64(frame) * 1000 / Int64(form.framesPerSecond)
        let sample = frame * (48_000 / form.framesPerSecond)
        var scene = base
        scene.captions = captions.last { $0.start <= milliseconds }?.shown(at: milliseconds) ?? Captions(lines: [])
        scene.lowerThird = lowerThird(at: sample)
        do {
            try painter.paint(scene, at: start.advanced(by: .milliseconds(milliseconds)), on: canvas) {
                slot,
                box,
                canvas in
                let place = slot == .left ? 0 : 1
                guard hosts.indices.contains(place) else { return }
                try hosts[place].draw(at: sample, in: box, on: canvas)
            }
        } catch {
            throw RenderFault(.encoder, "a frame cannot be drawn: \(error)")
        }
    }

    /// Of whoever speaks, or has spoken last.
    private func lowerThird(at sample: Int) -> LowerThird? {
        let speaker = hosts.max { $0.lastWord(before: sample) < $1.lastWord(before: sample) }
        return speaker?.lowerThird
    }
}
