import RenderWire
import Sound
import Visemes

/// How a mouth moves to a speech: by its phones, and where the voice has told none by the sound itself.
enum MouthTiming {
    /// - Throws: `RenderFault` with `.badInput`.
    static func track(of speech: RenderSpeech) throws(RenderFault) -> VisemeTrack {
        do throws(VisemeError) {
            if speech.phones.contains(where: { !$0.arpabet.isEmpty }) {
                var phones: [TimedPhone] = []
                for phone in speech.phones {
                    phones.append(
                        TimedPhone(
                            arpabet: phone.arpabet,
                            start: MouthTime.milliseconds(phone.start),
                            end: MouthTime.milliseconds(phone.end),
                            isPause: phone.arpabet.isEmpty
                        )
                    )
                }
                return try PhoneVisemes.track(phones, timing: speech.arePhonesOnsets ? .startAtRelease : .closureWithin)
            }
            return try SoundVisemes.track(try samples(of: speech.file))
        } catch {
            throw RenderFault(.badInput, "speeches: phones: \(error)")
        }
    }

    /// One channel; a file that cannot be read was refused before.
    private static func samples(of path: String) throws(VisemeError) -> [Float] {
        do throws(WAVFileError) {
            let file = try WAVFile(path: path)
            var samples: [Float] = []
            samples.reserveCapacity(file.frames)
            var chunk = [Float](repeating: 0, count: WAVFile.chunkFrames * AudioFormat.channels)
            while true {
                let count = try file.read(into: &chunk, frames: WAVFile.chunkFrames)
                guard count > 0 else { return samples }
                for frame in 0..<count { samples.append((chunk[2 * frame] + chunk[2 * frame + 1]) / 2) }
            }
        } catch {
            throw .badInput("\(error)")
        }
    }
}
