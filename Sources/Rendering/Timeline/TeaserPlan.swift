import RenderWire

/// Which part of a film stands for the whole: from the begin of a scene to the end of a sentence.
///
/// A scene begins with a picture that needs no other one, so the part can be cut out as it is coded.
package enum TeaserPlan {
    /// What is heard around it.
    private static let edgeMilliseconds = 200

    /// - Parameters:
    ///   - sentences: when each sentence is said, in milliseconds of the film, in order.
    ///   - wish: how long it may be, in seconds.
    ///   - timeline: of the film.
    /// - Returns: the frames: of the first scene from which enough is said, as many as fit; `nil` where no end of a sentence
    ///   lies in that time.
    package static func frames(
        _ sentences: [Range<Int>],
        _ wish: ClosedRange<Int>,
        of timeline: FilmTimeline
    ) -> Range<Int>? {
        let film = timeline.milliseconds(ofFrame: timeline.frameCount)
        let allowed = wish.lowerBound * 1000...wish.upperBound * 1000
        let ends = sentences.map { min(film, $0.upperBound + edgeMilliseconds) }
        for scene in timeline.scenes {
            let begin = timeline.milliseconds(ofFrame: scene.frames.lowerBound)
            guard let end = ends.last(where: { allowed.contains($0 - begin) }) else { continue }
            let last = (end * timeline.form.framesPerSecond + 999) / 1000
            return scene.frames.lowerBound..<min(timeline.frameCount, last)
        }
        return nil
    }
}
