import Puppets
import RenderWire
import Sound
import Visemes

/// What is said on air, with how the mouth moves to it.
struct LiveLine: Sendable {
    static let samplesPerFrame: Int64 = 1920

    let item: LiveItem
    let mouth: VisemeTrack
    let script: PuppetScript
    /// The sample of the programme from which the script counts its seconds.
    ///
    /// It stays the same over several items, so that what moves by chance goes on when another one begins.
    let origin: Int64
    /// Samples of the programme.
    let samples: Range<Int64>

    private static let originEvery = Int64(300 * AudioFormat.sampleRate)

    /// Reads the sound; blocks for that.
    ///
    /// - Parameters:
    ///   - item: with a file.
    ///   - mood: of whoever says it.
    /// - Throws: `RenderFault` with `.badInput`.
    init(_ item: LiveItem, _ mood: PuppetMood) throws(RenderFault) {
        self.item = item
        let speech = RenderSpeech(
            host: 0,
            file: item.file ?? "",
            words: item.words,
            phones: item.phones ?? [],
            arePhonesOnsets: item.arePhonesOnsets ?? false
        )
        let (levels, length) = try LiveLine.levels(of: speech.file)
        mouth = try MouthTiming.track(of: speech)
        samples = item.start..<item.start + Int64(length)
        origin = item.start / LiveLine.originEvery * LiveLine.originEvery
        // Where it goes on after a restart, it may have begun before the programme did.
        let offset = Int(max(0, item.start - origin))
        script = HostActor.script(
            [SceneSpeech.Part(speech: speech, samples: offset..<offset + length, levels: levels)],
            mood
        )
    }

    private static func levels(of path: String) throws(RenderFault) -> (levels: [Float], samples: Int) {
        do throws(WAVFileError) {
            let file = try WAVFile(path: path)
            var envelope = LevelEnvelope(framesPerLevel: AudioFormat.sampleRate / Narration.levelsPerSecond)
            var chunk = [Float](repeating: 0, count: WAVFile.chunkFrames * AudioFormat.channels)
            while true {
                let count = try file.read(into: &chunk, frames: WAVFile.chunkFrames)
                guard count > 0 else { return (envelope.finished, file.frames) }
                chunk[..<(count * AudioFormat.channels)].withUnsafeBufferPointer { envelope.add($0) }
            }
        } catch {
            throw RenderFault(.badInput, "the sound of the item: \(error)")
        }
    }
}
