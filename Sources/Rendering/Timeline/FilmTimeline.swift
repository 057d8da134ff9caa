package import RenderWire
import Sound

/// Which samples and frames each scene of a film is.
///
/// What is said decides how long everything is. A scene fills whole frames, which are a whole number of samples at
/// every rate that is drawn, so nothing is ever rounded between sound and picture.
package struct FilmTimeline: Hashable, Sendable {
    package struct Scene: Hashable, Sendable {
        /// Of the film.
        package let frames: Range<Int>
        /// Where each speech stands in the scene, in samples from its begin.
        package let speeches: [Range<Int>]
    }

    package let form: FilmForm
    package let scenes: [Scene]

    /// Between two who speak.
    package static let gapMilliseconds = 250

    /// - Parameters:
    ///   - form: of the film.
    ///   - scenes: in order.
    ///   - lengths: how long each speech of each scene is, in samples.
    /// - Throws: `RenderFault` with `.badOrder` for a film that is empty or too long.
    package init(_ form: FilmForm, _ scenes: [RenderScene], lengths: [[Int]]) throws(RenderFault) {
        let samplesPerFrame = AudioFormat.sampleRate / form.framesPerSecond
        var (made, first): ([Scene], Int) = ([], 0)
        for (scene, lengths) in zip(scenes, lengths) {
            var position = AudioFormat.frames(milliseconds: scene.leadMilliseconds)
            var speeches: [Range<Int>] = []
            for length in lengths {
                if !speeches.isEmpty { position += AudioFormat.frames(milliseconds: Self.gapMilliseconds) }
                speeches.append(position..<position + length)
                position += length
            }
            position += AudioFormat.frames(milliseconds: scene.tailMilliseconds)
            let count = max(1, (position + samplesPerFrame - 1) / samplesPerFrame)
            made.append(Scene(frames: first..<first + count, speeches: speeches))
            first += count
        }
        guard !made.isEmpty else { throw RenderFault(.badOrder, "scenes: a film needs one") }
        guard first <= RenderOrder.secondsMax * form.framesPerSecond else {
            throw RenderFault(.badOrder, "scenes: the film would be longer than \(RenderOrder.secondsMax) seconds")
        }
        self.form = form
        self.scenes = made
    }

    package var frameCount: Int { scenes.last?.frames.upperBound ?? 0 }
    package var samplesPerFrame: Int { AudioFormat.sampleRate / form.framesPerSecond }
    package var sampleCount: Int { frameCount * samplesPerFrame }

    /// Where a speech begins in the film, in samples.
    package func start(ofSpeech speech: Int, inScene scene: Int) -> Int {
        scenes[scene].frames.lowerBound * samplesPerFrame + scenes[scene].speeches[speech].lowerBound
    }

    package func milliseconds(ofFrame frame: Int) -> Int { frame * 1000 / form.framesPerSecond }
}
