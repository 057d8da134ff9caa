import Glibc
import RenderWire
import Sound

/// Puts speech and silence one after the other into a file of bare samples; blocks.
final class NarrationWriter {
    private let file: Int32
    private let meter: LoudnessMeter
    private let total: Int
    /// Frames that are written.
    private var position = 0
    private var buffer: UnsafeMutableBufferPointer<Float>

    /// - Parameters:
    ///   - path: of a file that is made, or begun anew.
    ///   - frames: how many there will be.
    /// - Throws: `RenderFault` with `.files`.
    init(_ path: String, frames: Int) throws(RenderFault) {
        do throws(LoudnessError) {
            meter = try LoudnessMeter(.whole)
        } catch {
            throw RenderFault(.files, "sound: \(error)")
        }
        file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        total = frames
        buffer = .allocate(capacity: WAVFile.chunkFrames * AudioFormat.channels)
        guard file >= 0 else { throw NarrationWriter.fault(errno) }
    }

    deinit {
        buffer.deallocate()
        if file >= 0 { close(file) }
    }

    /// Silence as far as a frame.
    func fill(to frame: Int) throws(RenderFault) {
        buffer.update(repeating: 0)
        while position < frame { try write(min(WAVFile.chunkFrames, frame - position)) }
    }

    /// A whole file.
    ///
    /// - Returns: how loud it is as time goes on, `Narration.levelsPerSecond` times a second.
    func append(_ speech: WAVFile) throws(RenderFault) -> [Float] {
        var levels = LevelEnvelope(framesPerLevel: AudioFormat.sampleRate / Narration.levelsPerSecond)
        guard let base = buffer.baseAddress else { return [] }
        while true {
            let count: Int
            do throws(WAVFileError) {
                count = try speech.read(into: base, frames: WAVFile.chunkFrames)
            } catch {
                throw RenderFault(.badInput, "speeches: \(error)")
            }
            guard count > 0 else { return levels.finished }
            levels.add(UnsafeBufferPointer(rebasing: buffer[..<(count * AudioFormat.channels)]))
            try write(count)
        }
    }

    /// - Returns: the loudness of the whole, in LUFS.
    func finish() throws(RenderFault) -> Double? {
        precondition(position == total, "narration of another length than its film")
        return meter.integrated
    }

    private func write(_ frames: Int) throws(RenderFault) {
        let samples = UnsafeBufferPointer(rebasing: buffer[..<(frames * AudioFormat.channels)])
        meter.measure(samples)
        let bytes = UnsafeRawBufferPointer(samples)
        var done = 0
        while done < bytes.count {
            let count = bytes.baseAddress.map { Glibc.write(file, $0 + done, bytes.count - done) } ?? 0
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw NarrationWriter.fault(errno) }
            done += count
        }
        position += frames
    }

    private static func fault(_ code: Int32) -> RenderFault {
        RenderFault(.files, "sound: cannot be written: \(String(cString: strerror(code)))")
    }
}

/// How loud sound is, in steps of time.
struct LevelEnvelope {
    private let framesPerLevel: Int
    private var sum: Float = 0
    private var count = 0
    private var levels: [Float] = []

    init(framesPerLevel: Int) { self.framesPerLevel = framesPerLevel }

    mutating func add(_ samples: UnsafeBufferPointer<Float>) {
        var index = 0
        while index + 1 < samples.count {
            let sample = (samples[index] + samples[index + 1]) / 2
            sum += sample * sample
            count += 1
            if count == framesPerLevel { end() }
            index += 2
        }
    }

    private mutating func end() {
        levels.append(min(1, (sum / Float(count)).squareRoot()))
        (sum, count) = (0, 0)
    }

    var finished: [Float] {
        var rest = self
        if rest.count > 0 { rest.end() }
        return rest.levels
    }
}
