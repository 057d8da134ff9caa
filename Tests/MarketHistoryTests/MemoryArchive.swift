import MarketHistory
import Threading

/// An archive that ends when a test wants it to.
final class MemoryArchive: PriceArchive {
    enum Trouble: Hashable {
        case none
        /// The program ends while a file is being written.
        case whileWriting
        /// It ends before the file has its name.
        case beforePublishing
        /// It ends when the file has its name, and nobody knows yet.
        case afterPublishing
    }

    struct Interruption: Error {}

    private struct State {
        var trouble = Trouble.none
        var files: [String: [UInt8]] = [:]
        var published: [String] = []
    }

    private let state = Mutex(State())

    var trouble: Trouble {
        get { state.withLock { $0.trouble } }
        set { state.withLock { $0.trouble = newValue } }
    }

    /// The files with their names, each as its lines.
    var files: [String: [String]] {
        state.withLock { $0.files }.mapValues { bytes in
            bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The names in the order in which they were given, also more than once.
    var published: [String] { state.withLock { $0.published } }

    func begin(_ name: String) async throws -> any PriceArchiveFile { File(name: name, archive: self) }

    private func publish(_ bytes: [UInt8], as name: String) {
        state.withLock { state in
            state.files[name] = bytes
            state.published.append(name)
        }
    }

    private final class File: PriceArchiveFile {
        private let name: String
        private let archive: MemoryArchive
        private let bytes = Mutex<[UInt8]>([])

        init(name: String, archive: MemoryArchive) {
            self.name = name
            self.archive = archive
        }

        func append(_ lines: [UInt8]) async throws {
            if archive.trouble == .whileWriting { throw Interruption() }
            bytes.withLock { $0 += lines }
        }

        func publish() async throws {
            if archive.trouble == .beforePublishing { throw Interruption() }
            archive.publish(bytes.withLock { $0 }, as: name)
            if archive.trouble == .afterPublishing { throw Interruption() }
        }

        func discard() async throws {}
    }
}
