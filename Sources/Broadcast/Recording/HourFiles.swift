import Bus
import Foundation
import Glibc
import JSON
import Sound

/// The files of the recording: one that grows, and those of hours that are over.
///
/// The growing file can be cut off anywhere by a crash: it is continued, or finished when its hour is over. Only at the
/// end of its hour it gets its name. Belongs to the recorder's thread.
final class HourFiles {
    /// More than an hour of the highest bit rate.
    private static let soundBytesMax = 256 << 20

    private let folder: OutputFolder
    private var hour: HourName?
    private var index: HourIndex?
    private var descriptor: Int32 = -1
    private(set) var writtenBytes: Int64 = 0
    private(set) var gaps = 0

    init(_ settings: RecorderSettings) throws(OutputFolderError) {
        folder = OutputFolder(settings.folder)
        try folder.create()
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    var file: String? { hour?.partial }

    /// Appends frames, and changes the file where the hour changes.
    ///
    /// - Returns: how many hours were finished.
    /// - Throws: `OutputFolderError`; the frames that were not written are a gap of the file then.
    func append(_ frames: [QueuedFrame]) throws(OutputFolderError) -> Int {
        var (finished, rest) = (0, frames[...])
        while let first = rest.first {
            let present = HourName(first.frame.time)
            // A clock that was set back does not reopen an hour.
            if hour.map({ present > $0 }) ?? true {
                if try finish() { finished += 1 }
                try open(present, first.frame.time)
            }
            guard let hour else { break }
            let part = rest.prefix { HourName($0.frame.time) <= hour }
            try write(part)
            rest = rest.dropFirst(part.count)
        }
        return finished
    }

    /// Writes frames whole, or none of them.
    private func write(_ frames: ArraySlice<QueuedFrame>) throws(OutputFolderError) {
        guard let hour, var index else { return }
        var (bytes, gaps) = ([UInt8](), 0)
        for queued in frames {
            if index.append(queued.frame) { gaps += 1 }
            ADTS.append(queued.frame.bytes, queued.start.config, to: &bytes)
        }
        let size = lseek(descriptor, 0, SEEK_END)
        do throws(OutputFolderError) {
            try OutputFolder.writeAll(descriptor, bytes, folder.path + "/" + hour.partial)
        } catch {
            // A part of a frame would spoil what follows.
            if size >= 0, ftruncate(descriptor, size) != 0 { self.index?.isIncomplete = true }
            throw error
        }
        self.index = index
        self.gaps += gaps
        writtenBytes += Int64(bytes.count)
    }

    private func open(_ hour: HourName, _ time: Timestamp) throws(OutputFolderError) {
        try OutputFolder(folder.path + "/" + hour.day).create()
        // Its last frames come after it was finished by another start: it goes on, and nothing is written over.
        if folder.has(hour.sound), !folder.has(hour.partial) { try rename(from: hour.sound, to: hour.partial) }
        let path = folder.path + "/" + hour.partial
        let known = try self.known(hour, before: time)
        descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw OutputFolderError("open", path) }
        self.hour = hour
        index = known ?? HourIndex(start: time)
    }

    /// What is known of a file that is there already.
    ///
    /// The sound itself says how much there is: the index may be some seconds older. A frame that a crash cut off is
    /// cut away.
    private func known(_ hour: HourName, before time: Timestamp) throws(OutputFolderError) -> HourIndex? {
        guard let sound = try folder.read(hour.partial, bytesMax: Self.soundBytesMax), !sound.isEmpty else {
            return nil
        }
        var stored: HourIndex?
        if let bytes = try folder.read(hour.index, bytesMax: 1 << 20) {
            // Nothing is lost with an index that cannot be read but what it said; that is told below.
            stored = try? JSONDecoder().decode(HourIndex.self, from: Data(bytes))
        }
        let frames = ADTS.frames(sound)
        let samples = Int64(frames?.count ?? 0) * EncodedFrame.samples
        let end = frames?.last?.upperBound ?? 0
        if frames != nil, end < sound.count, truncate(folder.path + "/" + hour.partial, end) != 0 {
            throw OutputFolderError("truncate", hour.partial)
        }
        guard var index = stored, index.isSound else {
            var index = HourIndex(start: time.advanced(by: .zero - AudioFormat.duration(samples)))
            index.correct(samples: samples)
            index.isIncomplete = true
            return index
        }
        if frames != nil { index.correct(samples: samples) } else { index.isIncomplete = true }
        return index
    }

    /// Tells the file's index to the disk.
    func saveIndex() throws(OutputFolderError) {
        guard let hour, let index else { return }
        var bytes: [UInt8] = []
        do {
            try OnePassEncoder().encodeAny(index, to: &bytes)
        } catch {
            preconditionFailure("the index has no value that JSON cannot hold: \(error)")
        }
        try folder.write(hour.index, bytes, isDurable: false)
    }

    private func forget() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        (descriptor, hour, index) = (-1, nil, nil)
    }

    /// Ends an hour: its file gets its name.
    private func finish() throws(OutputFolderError) -> Bool {
        guard let hour else { return false }
        try saveIndex()
        if fsync(descriptor) != 0 { throw OutputFolderError("sync", folder.path + "/" + hour.partial) }
        forget()
        try rename(from: hour.partial, to: hour.sound)
        return true
    }

    private func rename(from: String, to: String) throws(OutputFolderError) {
        guard Glibc.rename(folder.path + "/" + from, folder.path + "/" + to) == 0 else {
            throw OutputFolderError("rename", folder.path + "/" + from)
        }
    }

    /// Names the files of hours that were over when nobody was there to do it.
    func finishLeftovers(now: Timestamp) throws(OutputFolderError) {
        let present = HourName(now)
        for hour in try hours().keys where hour < present && hour != self.hour && folder.has(hour.partial) {
            // Both there: only somebody else can have put one of them; neither is written over.
            guard !folder.has(hour.sound) else { continue }
            try rename(from: hour.partial, to: hour.sound)
        }
    }

    /// All hours that there are, and their bytes.
    func hours() throws(OutputFolderError) -> [HourName: Int64] {
        var found: [HourName: Int64] = [:]
        for day in try folder.names() {
            // Something else that lies there is none of ours.
            guard HourName(day: day, file: "00" + HourName.suffix) != nil else { continue }
            for file in try OutputFolder(folder.path + "/" + day).names() {
                guard let hour = HourName(day: day, file: file) else { continue }
                var information = stat()
                guard stat(folder.path + "/" + day + "/" + file, &information) == 0 else { continue }
                found[hour, default: 0] += Int64(information.st_size)
            }
        }
        return found
    }

    func remove(_ hour: HourName) throws(OutputFolderError) {
        for name in [hour.sound, hour.partial, hour.index] { try folder.remove(name) }
        // The day's folder goes with its last file; with others in it this fails, as it should.
        rmdir(folder.path + "/" + hour.day)
    }
}
