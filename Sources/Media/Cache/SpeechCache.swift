import Domain
import Glibc
import Threading

/// Speech that has been made before, in a folder: sound as WAVE, times beside it.
///
/// An entry is found by a hash of all that makes it what it is. Both files are written under other names and renamed,
/// the times last: an entry is there when they are. What is damaged is dropped, and what has not been used for longest
/// goes when the folder is full. One process has the folder.
package final class SpeechCache: Sendable {
    package struct Statistics: Hashable, Sendable {
        package var entries = 0
        package var bytes = 0
        package var hits = 0
        package var misses = 0
        /// Entries that were dropped because something was wrong with them.
        package var damaged = 0
        package var evicted = 0
    }

    private struct State {
        var shelf: CacheShelf
        var statistics = Statistics()
    }

    private let folder: String
    private let state: Mutex<State>

    private static let entryBytesMax = 64 * 1024 * 1024

    /// Opens the folder and looks what is in it; what was left half-written is removed.
    ///
    /// - Parameters:
    ///   - folder: made when it is missing; its parent must be there.
    ///   - bytesMax: how much it may hold.
    /// - Returns: the cache.
    /// - Throws: `SpeechError` with `.failed` when the folder cannot be used.
    package static func open(_ folder: String, bytesMax: Int) async throws(SpeechError) -> SpeechCache {
        try await OffPool.run { () throws(SpeechError) in try SpeechCache(folder, bytesMax: bytesMax) }
    }

    /// Blocks.
    private init(_ folder: String, bytesMax: Int) throws(SpeechError) {
        self.folder = folder
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw SpeechError(.failed, "cache: \(folder) cannot be made: \(String(cString: strerror(errno)))")
        }
        guard let stream = opendir(folder) else {
            throw SpeechError(.failed, "cache: \(folder) cannot be read: \(String(cString: strerror(errno)))")
        }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            )
        }
        closedir(stream)
        var shelf = CacheShelf(bytesMax: bytesMax)
        var evicted: [String] = []
        for (key, size, _) in Self.entries(folder, names) { evicted += shelf.add(key, bytes: size) }
        state = Mutex(State(shelf: shelf))
        // Only what looks like ours: nobody's other files are touched.
        for name in names where name.hasSuffix(".new") && Self.isKey(name.prefix(64)) { unlink("\(folder)/\(name)") }
        for name in names where name.hasSuffix(".wav") && name.utf8.count == 68 {
            let key = String(name.dropLast(4))
            if Self.isKey(key), !shelf.holds(key), !evicted.contains(key) { unlink("\(folder)/\(name)") }
        }
        for key in evicted { removeFiles(key) }
    }

    /// Whole entries with their sizes, the longest unused first.
    private static func entries(_ folder: String, _ names: [String]) -> [(key: String, bytes: Int, used: Int)] {
        names.compactMap { name -> (key: String, bytes: Int, used: Int)? in
            guard name.hasSuffix(".json"), name.utf8.count == 69 else { return nil }
            let key = String(name.dropLast(5))
            var (sound, times) = (stat(), stat())
            guard isKey(key), stat("\(folder)/\(key).wav", &sound) == 0, stat("\(folder)/\(name)", &times) == 0 else {
                return nil
            }
            return (
                key, Int(sound.st_size + times.st_size), times.st_mtim.tv_sec * 1_000_000_000 + times.st_mtim.tv_nsec
            )
        }.sorted { ($0.used, $0.key) < ($1.used, $1.key) }
    }

    private static func isKey(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    package var statistics: Statistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.entries = state.shelf.count
            statistics.bytes = state.shelf.bytes
            return statistics
        }
    }

    /// The key of what an engine would make of a request.
    package static func key(_ engine: any SpeechEngine, _ request: SpeechRequest) -> String {
        var hash = SHA256()
        let effect = request.manner.effect?.rawValue ?? ""
        let parts = ["speech 2", engine.name, request.language, request.text, engine.fingerprint(of: request), effect]
        for part in parts {
            hash.update(Array("\(part.utf8.count):\(part)".utf8))
        }
        return hash.hexadecimal()
    }

    /// Looks for an entry.
    ///
    /// - Returns: `nil` when there is none, or what there was is damaged.
    package func entry(_ key: String) async -> SpokenAudio? {
        guard state.withLock({ $0.shelf.holds(key) }) else {
            state.withLock { $0.statistics.misses += 1 }
            return nil
        }
        // Reading cannot fail but for want of a thread, and then there is no entry.
        let audio = try? await OffPool.run { [self] () throws(SpeechError) in read(key) }
        state.withLock { state in
            if audio == nil {
                state.shelf.remove(key)
                state.statistics.damaged += 1
                state.statistics.misses += 1
            } else {
                state.shelf.use(key)
                state.statistics.hits += 1
            }
        }
        return audio
    }

    private func read(_ key: String) -> SpokenAudio? {
        let paths = (sound: "\(folder)/\(key).wav", times: "\(folder)/\(key).json")
        guard let sound = FileBytes.read(paths.sound, bytesMax: Self.entryBytesMax),
            let times = FileBytes.read(paths.times, bytesMax: Self.entryBytesMax),
            let audio = SpeechSidecar.audio(sound, times)
        else {
            removeFiles(key)
            return nil
        }
        // So that the order of use survives a restart; where that fails it is only less exact.
        utimensat(AT_FDCWD, paths.times, nil, 0)
        return audio
    }

    /// Keeps speech.
    ///
    /// - Throws: `SpeechError` with `.failed` when it cannot be written: what is asked for then is made anew each time.
    package func keep(_ audio: SpokenAudio, as key: String) async throws(SpeechError) {
        try await OffPool.run { [self] () throws(SpeechError) in
            let sound = WAV.file(audio.sound)
            let times = SpeechSidecar.bytes(audio, sound: sound)
            try FileBytes.write(sound, to: "\(folder)/\(key).wav")
            try FileBytes.write(times, to: "\(folder)/\(key).json")
            let gone = state.withLock { state -> [String] in
                let gone = state.shelf.add(key, bytes: sound.count + times.count)
                state.statistics.evicted += gone.count
                return gone
            }
            for key in gone { removeFiles(key) }
        }
    }

    /// The times first: without them there is no entry.
    private func removeFiles(_ key: String) {
        unlink("\(folder)/\(key).json")
        unlink("\(folder)/\(key).wav")
    }
}
