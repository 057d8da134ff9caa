import Bus
import Foundation
import Glibc
import JSON

/// The files of the recording: one that grows, and those of hours that are over.
///
/// The growing file can be cut off anywhere by a crash: it is continued, or finished when its hour is over. Only at the end
/// of its hour it gets its name.
struct HourFiles {
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

    var file: String? { hour?.partial }

    /// Appends frames, and changes the file where the hour changes.
    ///
    /// - Returns: how many hours were finished.
    /// - Throws: `OutputFolderError`; the frames of this call may be lost, and that is noted as a gap of the next.
    mutating func append(_ frames: [QueuedFrame]) throws(OutputFolderError) -> Int {
        var (finished, bytes) = (0, [UInt8]())
        for queued in frames {
            let hour = HourName(queued.frame.time)
            // A clock that was set back does not reopen an hour.
            if self.hour == nil || self.hour.map({ hour > $0 }) ?? false {
                try write(&bytes)
                if try finish() { finished += 1 }
                try open(hour, queued.frame.time)
            }
            if index?.append(queued.frame) ?? false { gaps += 1 }
            ADTS.append(queued.frame.bytes, queued.start.config, to: &bytes)
        }
        try write(&bytes)
        return finished
    }

    private mutating func write(_ bytes: inout [UInt8]) throws(OutputFolderError) {
        guard let hour, !bytes.isEmpty else { return }
        do throws(OutputFolderError) {
            try OutputFolder.writeAll(descriptor, bytes, folder.path + "/" + hour.partial)
        } catch {
            index?.isIncomplete = true
            throw error
        }
        writtenBytes += Int64(bytes.count)
        bytes = []
    }

    private mutating func open(_ hour: HourName, _ time: Timestamp) throws(OutputFolderError) {
        try OutputFolder(folder.path + "/" + hour.day).create()
        // Its last frames come after it was finished by another start: it goes on, and nothing is written over.
        if folder.has(hour.sound), !folder.has(hour.partial) { try rename(from: hour.sound, to: hour.partial) }
        var known: HourIndex?
        if folder.has(hour.partial), let bytes = try folder.read(hour.index, bytesMax: 1 << 20) {
            known = try? JSONDecoder().decode(HourIndex.self, from: Data(bytes))
        }
        let path = folder.path + "/" + hour.partial
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
        descriptor = Glibc.open(path, flags, 0o644)
        guard descriptor >= 0 else { throw OutputFolderError("open", path) }
        self.hour = hour
        index = known ?? HourIndex(start: time)
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

    /// Closes the growing file; a later `append` goes on with it.
    mutating func close() throws(OutputFolderError) {
        defer { forget() }
        try saveIndex()
    }

    private mutating func forget() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        (descriptor, hour, index) = (-1, nil, nil)
    }

    /// Ends an hour: its file gets its name.
    private mutating func finish() throws(OutputFolderError) -> Bool {
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
