import Drawing
import RenderWire
import Threading

/// Draws a scene and codes it: while one frame is drawn, the one before it goes to the encoder.
struct SceneFilming {
    let form: FilmForm

    /// Two pictures: one is drawn, one is on its way.
    private static let canvasCount = 2

    /// Blocks until the scene is coded.
    ///
    /// - Parameters:
    ///   - frames: how many.
    ///   - drawing: makes them.
    ///   - stillFrame: the one that is to stand for all.
    ///   - path: of the file that is made.
    ///   - onFrame: told after each frame.
    /// - Returns: that frame, as PNG.
    /// - Throws: `RenderFault`.
    func film(
        _ frames: Int,
        _ drawing: any SceneDrawing,
        stillFrame: Int,
        to path: String,
        onFrame: () -> Void
    ) throws(RenderFault) -> [UInt8] {
        var still: [UInt8] = []
        let program = try VideoProgram(FilmEncoding.scene(form, to: path), isFed: true)
        var canvases: [Canvas] = []
        for _ in 0..<SceneFilming.canvasCount { canvases.append(try canvas()) }
        let writer = try FrameWriter(program)
        defer { writer.end() }
        for frame in 0..<frames {
            let canvas = canvases[frame % canvases.count]
            // Its picture before the last one is out.
            try writer.waitUntilTaken(frame - canvases.count)
            try drawing.draw(frame, on: canvas)
            do throws(DrawingError) {
                try canvas.finish()
                if frame == stillFrame { still = try canvas.png() }
            } catch {
                throw RenderFault(.encoder, "\(error)")
            }
            writer.give(frame, canvas)
            onFrame()
        }
        try writer.waitUntilTaken(frames - 1)
        writer.end()
        try program.complete()
        return still
    }

    private func canvas() throws(RenderFault) -> Canvas {
        do throws(DrawingError) {
            return try Canvas(width: form.width, height: form.height)
        } catch {
            throw RenderFault(.badOrder, "form: \(error)")
        }
    }
}
