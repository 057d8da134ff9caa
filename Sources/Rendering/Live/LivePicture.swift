import Bus
import Drawing
import Foundation
import Glibc
package import RenderWire

/// The live picture's program: told on its input what is to be seen, it draws a picture for each tick.
///
/// For each picture that is finished it writes one byte, the number of its place, to its output.
package final class LivePicture {
    private let memory: LiveMemory
    private let canvas: Canvas
    private let stage: LiveStage
    private let loader: LiveLoader
    private let output: Int32
    private let tell: (RenderFault) -> Void

    /// - Parameters:
    ///   - form: how large; 25 frames a second.
    ///   - memory: the descriptor of the shared memory.
    ///   - output: where finished pictures are told.
    ///   - tell: gets what cannot be shown; the picture goes on with what it has.
    /// - Throws: `RenderFault`.
    package init(
        _ form: FilmForm,
        memory: Int32,
        output: Int32,
        tell: @escaping (RenderFault) -> Void
    ) throws(RenderFault) {
        try form.check()
        self.memory = try LiveMemory(descriptor: memory, frameBytes: form.width * form.height * 4)
        do throws(DrawingError) {
            canvas = try Canvas(width: form.width, height: form.height)
        } catch {
            throw RenderFault(.badOrder, "form: \(error)")
        }
        stage = try LiveStage(form)
        loader = try LiveLoader()
        self.output = output
        self.tell = tell
    }

    /// Draws until nothing more is to be read.
    ///
    /// - Parameter input: where orders come from.
    /// - Throws: `RenderFault` when nobody takes the pictures any more.
    package func run(input: Int32) throws(RenderFault) {
        try stage.drawCard(on: canvas)
        try finish(LiveMemory.card)
        var lines = LiveLines(descriptor: input)
        let decoder = JSONDecoder()
        while let new = lines.next() {
            for line in new {
                do {
                    try follow(try decoder.decode(LiveOrder.self, from: Data(line)))
                } catch let fault as RenderFault where fault.code == .files {
                    throw fault
                } catch {
                    tell(error as? RenderFault ?? RenderFault(.badOrder, "the order is none: \(error)"))
                }
            }
        }
    }

    private func follow(_ order: LiveOrder) throws {
        if let scene = order.scene { try stage.show(scene) }
        if let item = order.item {
            if let mood = stage.play(item) { loader.want(item, mood) }
        }
        let (line, fault) = loader.take()
        if let line { stage.speak(line) }
        if let fault { tell(fault) }
        guard let tick = order.tick else { return }
        try stage.draw(tick.frame, at: .now, on: canvas)
        try finish(tick.slot)
    }

    private func finish(_ place: Int) throws(RenderFault) {
        guard memory.put(canvas, at: place) else { throw RenderFault(.badOrder, "tick: there is no place \(place)") }
        var byte = UInt8(truncatingIfNeeded: place)
        while write(output, &byte, 1) != 1 {
            guard errno == EINTR else { throw RenderFault(.files, "nobody takes the pictures any more") }
        }
    }
}
