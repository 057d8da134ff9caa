import Glibc

/// A WAV file that is read from the front, as the station's own frames.
///
/// 48 kHz, one or two channels, 16-bit or 32-bit float. What the header promises has to be there.
package final class WAVFile {
    private let descriptor: Int32
    private let path: String
    private let form: WAVHeader.Form
    private let dataOffset: Int
    /// How many frames there are.
    package let frames: Int
    /// The frame that `read` gives next.
    package private(set) var position = 0
    private var bytes: UnsafeMutableRawBufferPointer

    /// One read gives at most so many frames.
    package static let chunkFrames = 4096
    /// Two hours: nothing on air is longer.
    package static let framesMax = 2 * 3600 * AudioFormat.sampleRate
    private static let headerSizeBytesMax = 64 << 10

    /// Opens a file and reads its header.
    ///
    /// - Throws: `WAVFileError` that says what is wrong with it.
    package init(path: String) throws(WAVFileError) {
        self.path = path
        // Not blocking: a pipe in place of a file would stop the thread for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system("cannot be opened", errno) }
        do throws(WAVFileError) {
            var facts = stat()
            guard fstat(descriptor, &facts) == 0 else { throw .system("cannot be opened", errno) }
            guard facts.st_mode & S_IFMT == S_IFREG else { throw .format("is no regular file") }
            let header = try WAVFile.header(descriptor, fileSizeBytes: Int(facts.st_size))
            form = header.form
            dataOffset = header.dataOffset
            frames = header.dataSizeBytes / header.form.frameSizeBytes
            guard frames > 0 else { throw .format("has no sound") }
            guard frames <= WAVFile.framesMax else { throw .format("is longer than two hours") }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        bytes = .allocate(byteCount: WAVFile.chunkFrames * form.frameSizeBytes, alignment: 16)
    }

    deinit {
        bytes.deallocate()
        close(descriptor)
    }

    private static func header(_ descriptor: Int32, fileSizeBytes: Int) throws(WAVFileError) -> WAVHeader {
        var start = [UInt8](repeating: 0, count: min(headerSizeBytesMax, fileSizeBytes))
        let count = pread(descriptor, &start, start.count, 0)
        guard count == start.count else { throw .system("cannot be read", count < 0 ? errno : EIO) }
        return try WAVHeader(start, fileSizeBytes: fileSizeBytes)
    }

    /// Goes to a frame, at most the end.
    package func seek(to frame: Int) { position = max(0, min(frame, frames)) }

    /// Reads the next frames.
    ///
    /// - Parameters:
    ///   - target: room for `chunkFrames` frames.
    ///   - wanted: at most `chunkFrames`.
    /// - Returns: how many there were; 0 at the end.
    /// - Throws: `WAVFileError` when the file cannot be read, or has become shorter.
    package func read(into target: UnsafeMutablePointer<Float>, frames wanted: Int) throws(WAVFileError) -> Int {
        let count = min(wanted, WAVFile.chunkFrames, frames - position)
        guard count > 0, let base = bytes.baseAddress else { return 0 }
        var done = 0
        let size = count * form.frameSizeBytes
        while done < size {
            let got = pread(
                descriptor,
                base + done,
                size - done,
                off_t(dataOffset + position * form.frameSizeBytes + done)
            )
            if got < 0, errno == EINTR { continue }
            guard got > 0 else {
                if got == 0 { throw .format("ends before its end: it was cut while it played") }
                throw .system("cannot be read", errno)
            }
            done += got
        }
        convert(base, to: target, frames: count)
        position += count
        return count
    }

    private func convert(_ base: UnsafeMutableRawPointer, to target: UnsafeMutablePointer<Float>, frames: Int) {
        let isMono = form.channels == 1
        switch form.encoding {
        case .pcm16:
            let source = base.assumingMemoryBound(to: Int16.self)
            let scale: Float = 1 / 32_768
            for frame in 0..<frames {
                target[2 * frame] = Float(source[isMono ? frame : 2 * frame]) * scale
                target[2 * frame + 1] = Float(source[isMono ? frame : 2 * frame + 1]) * scale
            }
        case .float32:
            let source = base.assumingMemoryBound(to: Float.self)
            for frame in 0..<frames {
                target[2 * frame] = WAVFile.sane(source[isMono ? frame : 2 * frame])
                target[2 * frame + 1] = WAVFile.sane(source[isMono ? frame : 2 * frame + 1])
            }
        }
    }

    /// One sample that is no number would silence everything after it.
    private static func sane(_ sample: Float) -> Float { sample.isFinite ? max(-8, min(8, sample)) : 0 }
}

/// A file cannot be played.
package struct WAVFileError: Error, Hashable, CustomStringConvertible {
    package let description: String

    static func format(_ problem: String) -> WAVFileError { WAVFileError(description: "the file \(problem)") }
    static func system(_ problem: String, _ code: Int32) -> WAVFileError {
        WAVFileError(description: "the file \(problem): \(String(cString: strerror(code)))")
    }
}
