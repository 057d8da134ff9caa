package import Drawing
package import RenderWire

/// Draws any frame of one scene.
package protocol SceneDrawing: AnyObject {
    /// - Parameters:
    ///   - frame: counts from the scene's begin.
    ///   - canvas: of the film's size; everything on it is drawn anew.
    /// - Throws: `RenderFault`.
    func draw(_ frame: Int, on canvas: Canvas) throws(RenderFault)
}

/// All that a scene's drawing depends on.
package struct SceneOrder: Sendable {
    package let order: RenderOrder
    package let scene: RenderScene
    package let place: FilmTimeline.Scene
    /// How loud each speech is, as `Narration` tells it.
    package let levels: [[Float]]

    /// In the middle of what is said first: somebody is seen who speaks.
    var stillFrame: Int {
        guard let speech = place.speeches.first else { return place.frames.count / 2 }
        let middle = (speech.lowerBound + speech.upperBound) / 2
        return min(middle * order.form.framesPerSecond / 48_000, place.frames.count - 1)
    }
}
