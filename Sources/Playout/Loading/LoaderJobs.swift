import Sound

/// The loader's work; for one thread.
final class LoaderJobs {
    private struct Job {
        let serial: Int64
        let file: WAVFile
        let startFrame: Int
        var isReady = false
        var isDone = false
    }

    private let parts: MixerParts
    private let report: (LoaderReport) -> Void
    private var jobs: [Job?]
    private var bed: WAVFile?
    private var isBedReady = false
    private let chunk: UnsafeMutablePointer<Float>

    /// How much of an item has to be there before it may begin: one second.
    private static let readyFrames = AudioFormat.sampleRate

    init(_ parts: MixerParts, report: @escaping (LoaderReport) -> Void) {
        self.parts = parts
        self.report = report
        jobs = Array(repeating: nil, count: parts.buffers.count)
        chunk = .allocate(capacity: WAVFile.chunkFrames * AudioFormat.channels)
    }

    deinit { chunk.deallocate() }

    /// Whether all that there is has been read.
    var isIdle: Bool { bed == nil && jobs.allSatisfy { $0?.isDone ?? true } }

    func take(_ command: LoaderCommand) {
        switch command {
        case .load(let buffer, let serial, let path, let startFrame): open(path, serial, startFrame, for: buffer)
        case .release(let buffer, let serial):
            if jobs[buffer]?.serial == serial { jobs[buffer] = nil }
            report(.released(buffer: buffer))
        case .bed(let path): openBed(path)
        }
    }

    private func open(_ path: String, _ serial: Int64, _ startFrame: Int, for index: Int) {
        parts.buffers[index].reset()
        do throws(WAVFileError) {
            let file = try WAVFile(path: path)
            file.seek(to: startFrame)
            parts.buffers[index].totalFrames = file.frames - file.position
            jobs[index] = Job(serial: serial, file: file, startFrame: startFrame)
        } catch {
            report(.failed(serial: serial, reason: error.description))
        }
    }

    private func openBed(_ path: String?) {
        isBedReady = false
        do throws(WAVFileError) {
            bed = try path.map { path throws(WAVFileError) in try WAVFile(path: path) }
        } catch {
            bed = nil
            report(.bedFailed(reason: error.description))
        }
    }

    /// Reads one piece for everything that has room for it.
    ///
    /// - Returns: whether there may be more to read at once.
    func advance() -> Bool {
        var hasRead = false
        for index in jobs.indices {
            guard var job = jobs[index], !job.isDone else { continue }
            if fill(&job, parts.buffers[index]) { hasRead = true }
            jobs[index] = job
        }
        return fillBed() || hasRead
    }

    private func fill(_ job: inout Job, _ buffer: ItemBuffer) -> Bool {
        var hasRead = false
        do throws(WAVFileError) {
            if buffer.ring.space >= WAVFile.chunkFrames {
                let count = try job.file.read(into: chunk, frames: WAVFile.chunkFrames)
                _ = buffer.ring.write(chunk, frames: count)
                hasRead = true
            }
            if job.file.position >= job.file.frames {
                buffer.state = .whole
                job.isDone = true
            }
            if !job.isReady, job.isDone || job.file.position - job.startFrame >= LoaderJobs.readyFrames {
                job.isReady = true
                report(.ready(serial: job.serial, totalFrames: job.file.frames))
            }
        } catch {
            // What was read before plays; the mixer tells when it comes to the end of that.
            buffer.state = .broken
            job.isDone = true
            report(.failed(serial: job.serial, reason: error.description))
        }
        return hasRead && !job.isDone
    }

    private func fillBed() -> Bool {
        guard let file = bed, parts.bed.space >= WAVFile.chunkFrames else { return false }
        do throws(WAVFileError) {
            if file.position >= file.frames { file.seek(to: 0) }
            let count = try file.read(into: chunk, frames: WAVFile.chunkFrames)
            _ = parts.bed.write(chunk, frames: count)
            if !isBedReady, parts.bed.available >= LoaderJobs.readyFrames {
                isBedReady = true
                report(.bedReady)
            }
            return true
        } catch {
            bed = nil
            report(.bedFailed(reason: error.description))
            return false
        }
    }
}
