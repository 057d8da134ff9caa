import Glibc
import Sound
package import Telemetry
import Threading

/// Writes the programme into a WAV file: what left, for whoever wants to look at it afterwards.
///
/// The audio thread only fills a ring; a thread of its own writes. The header says how long the file is whenever a second has
/// been written, so that the file can be read even after a crash.
package final class CaptureFile: ProgrammeSink {
    /// What a disk that hangs may hold up: about five seconds.
    private let ring = SampleRing(framesMin: 5 * AudioFormat.sampleRate)
    private let lostCount = Atomic<Int>(0)
    private let isClosing = Atomic<Bool>(false)
    private let thread = Mutex<OSThread?>(nil)
    private let failed = Mutex<SystemCallError?>(nil)

    /// Begins the file anew.
    ///
    /// - Parameter path: the file.
    /// - Throws: `PlayoutError` when it cannot be made.
    package init(path: String) throws(PlayoutError) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .system(SystemCallError("open \(path)")) }
        do {
            let thread = try OSThread(name: "capture") { self.run(file) }
            self.thread.withLock { $0 = thread }
        } catch {
            Glibc.close(file)
            throw .noThread(error)
        }
    }

    /// Frames that are missing because the disk was too slow.
    package var lostFrames: Int { lostCount.load(ordering: .relaxed) }

    /// Why the file ends early, if it does.
    package var failure: SystemCallError? { failed.withLock { $0 } }

    package func push(_ samples: UnsafeBufferPointer<Float>) {
        guard let base = samples.baseAddress else { return }
        let frames = samples.count / AudioFormat.channels
        let taken = ring.write(base, frames: frames)
        if taken < frames { lostCount.wrappingAdd(frames - taken, ordering: .relaxed) }
    }

    /// Writes what is left and ends the file; blocks until then.
    package func close() {
        isClosing.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
    }

    private static let chunkFrames = 4800

    private func run(_ file: Int32) {
        defer { Glibc.close(file) }
        let chunk = UnsafeMutablePointer<Float>.allocate(capacity: CaptureFile.chunkFrames * 2)
        defer { chunk.deallocate() }
        var frames = 0
        do throws(SystemCallError) {
            try CaptureFile.write(CaptureFile.header(frames: 0), at: 0, file)
            while true {
                let isLast = isClosing.load(ordering: .acquiring)
                let count = ring.read(into: chunk, frames: CaptureFile.chunkFrames)
                if count > 0 {
                    let bytes = UnsafeRawBufferPointer(start: chunk, count: count * 8)
                    try CaptureFile.write(bytes, at: CaptureFile.headerSizeBytes + frames * 8, file)
                    let second = frames / AudioFormat.sampleRate
                    frames += count
                    if frames / AudioFormat.sampleRate > second {
                        try CaptureFile.write(CaptureFile.header(frames: frames), at: 0, file)
                    }
                } else if isLast {
                    break
                } else {
                    // Fifty blocks fit into the ring five times over.
                    poll(nil, 0, 100)
                }
            }
            try CaptureFile.write(CaptureFile.header(frames: frames), at: 0, file)
        } catch {
            failed.withLock { $0 = error }
        }
    }

    private static let headerSizeBytes = 44

    private static func header(frames: Int) -> [UInt8] {
        func number(_ value: Int, _ size: Int) -> [UInt8] {
            (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let rate = AudioFormat.sampleRate
        // 4 GB are as long as the form can say: six hours; what follows is there all the same.
        let size = min(frames * 8, Int(UInt32.max) - 36)
        var bytes = Array("RIFF".utf8) + number(36 + size, 4) + Array("WAVEfmt ".utf8) + number(16, 4)
        bytes += number(3, 2) + number(2, 2) + number(rate, 4) + number(rate * 8, 4) + number(8, 2) + number(32, 2)
        return bytes + Array("data".utf8) + number(size, 4)
    }

    private static func write(_ bytes: [UInt8], at offset: Int, _ file: Int32) throws(SystemCallError) {
        let code = bytes.withUnsafeBytes { CaptureFile.code(writing: $0, at: offset, file) }
        if code != 0 { throw SystemCallError("write", code: code) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, _ file: Int32) throws(SystemCallError) {
        let code = code(writing: bytes, at: offset, file)
        if code != 0 { throw SystemCallError("write", code: code) }
    }

    private static func code(writing bytes: UnsafeRawBufferPointer, at offset: Int, _ file: Int32) -> Int32 {
        var done = 0
        while done < bytes.count {
            let count = pwrite(file, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
            if count > 0 { done += count } else if count == 0 { return ENOSPC } else if errno != EINTR { return errno }
        }
        return 0
    }
}
