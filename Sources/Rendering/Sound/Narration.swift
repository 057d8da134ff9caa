import Glibc
package import RenderWire
import Sound

/// All that is said in a film, as one file of sound.
package struct Narration: Sendable {
    /// How loud the whole is; `nil` for what is too soft to be measured.
    package let loudness: Double?
    /// How loud each speech is, `levelsPerSecond` times a second, 0 to 1: heads move by it.
    package let levels: [[[Float]]]

    package static let levelsPerSecond = 100

    /// How long each speech of each scene is, in samples.
    ///
    /// - Throws: `RenderFault` with `.badInput` that names the file.
    package static func lengths(of scenes: [RenderScene]) throws(RenderFault) -> [[Int]] {
        var lengths: [[Int]] = []
        for scene in scenes {
            var row: [Int] = []
            for speech in scene.speeches { row.append(try open(speech.file).frames) }
            lengths.append(row)
        }
        return lengths
    }

    /// Writes it; blocks for as long as reading and writing takes.
    ///
    /// - Parameters:
    ///   - scenes: of the film.
    ///   - timeline: where everything stands.
    ///   - path: of a file that is made: 48 kHz, two channels, 32-bit float.
    /// - Throws: `RenderFault`.
    package init(_ scenes: [RenderScene], on timeline: FilmTimeline, to path: String) throws(RenderFault) {
        let writer = try NarrationWriter(path, frames: timeline.sampleCount)
        var levels: [[[Float]]] = []
        for (index, scene) in scenes.enumerated() {
            var row: [[Float]] = []
            for place in scene.speeches.indices {
                try writer.fill(to: timeline.start(ofSpeech: place, inScene: index))
                row.append(try writer.append(try Narration.open(scene.speeches[place].file)))
            }
            levels.append(row)
        }
        try writer.fill(to: timeline.sampleCount)
        loudness = try writer.finish()
        self.levels = levels
    }

    private static func open(_ path: String) throws(RenderFault) -> WAVFile {
        do throws(WAVFileError) {
            return try WAVFile(path: path)
        } catch {
            throw RenderFault(.badInput, "speeches: \(name(of: path)): \(error)")
        }
    }

    /// Folders are nobody's business.
    private static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
