package import Bus
import FoundationEssentials
import Glibc
import Threading

/// The folders that films lie in: one for each, and one for each that is being made.
///
/// Everything here that touches a file does so beside the concurrency pool.
package struct FilmShelf: Sendable {
    package let folder: String
    private static let threads = WorkThreads(name: "films", threadsMax: 4, waitingMax: 1024)

    /// - Parameter folder: made when it is missing.
    package init(folder: String) { self.folder = folder }

    package func path(of film: UUIDv7) -> String { "\(folder)/\(film)" }
    /// Where what is needed to make it lies until it is there.
    package func workPath(of film: UUIDv7) -> String { "\(folder)/work/\(film)" }

    /// Does what blocks.
    ///
    /// - Throws: `StudioFailure` when too much waits for it, and what the body throws.
    package static func off<Value: Sendable>(
        _ body: @escaping @Sendable () throws(StudioFailure) -> Value
    ) async throws(StudioFailure) -> Value {
        let result: Result<Value, StudioFailure>
        do throws(WorkRefused) {
            result = try await threads.run { () -> Result<Value, StudioFailure> in
                do throws(StudioFailure) {
                    return .success(try body())
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw .transient("files: \(error)")
        }
        return try result.get()
    }

    /// Makes the folder that a film is made in.
    func makeWorkFolder(of film: UUIDv7) async throws(StudioFailure) {
        let path = workPath(of: film)
        try await FilmShelf.off { () throws(StudioFailure) in
            do {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            } catch {
                throw .transient("the films' folder cannot be made")
            }
        }
    }

    // MARK: Sizes

    /// How much room a film takes; `nil` when it lacks one of these files.
    func sizeBytes(of film: UUIDv7, files: [String]) async throws(StudioFailure) -> Int64? {
        let path = path(of: film)
        return try await FilmShelf.off { () throws(StudioFailure) in
            for file in files where access("\(path)/\(file)", R_OK) != 0 { return nil }
            var (sum, status) = (Int64(0), stat())
            for name in FilmShelf.names(in: path) where lstat("\(path)/\(name)", &status) == 0 {
                sum += Int64(status.st_size)
            }
            return sum
        }
    }

    // MARK: Removing

    /// Removes what was needed to make a film.
    package func removeWork(of film: UUIDv7) async throws(StudioFailure) { try await remove([workPath(of: film)]) }

    /// Removes a film, and what was needed to make it.
    package func remove(_ film: UUIDv7) async throws(StudioFailure) {
        try await remove([workPath(of: film), path(of: film)])
    }

    private func remove(_ paths: [String]) async throws(StudioFailure) {
        try await FilmShelf.off { () throws(StudioFailure) in
            for path in paths where access(path, F_OK) == 0 {
                do {
                    try FileManager.default.removeItem(atPath: path)
                } catch {
                    throw .transient("the files of a film cannot be removed")
                }
            }
        }
    }

    /// Removes what no film owns: drafts of renderers that were killed, folders of films that are forgotten.
    ///
    /// - Parameters:
    ///   - isOpen: whether a film is still being made.
    ///   - isKnown: whether there is a film of this id.
    /// - Returns: how many files and folders went.
    /// - Throws: `StudioFailure` when too much waits for the disk.
    package func sweep(
        isOpen: @escaping @Sendable (UUIDv7) -> Bool,
        isKnown: @escaping @Sendable (UUIDv7) -> Bool
    ) async throws(StudioFailure) -> Int {
        try await FilmShelf.off { [folder] () throws(StudioFailure) in
            var removed = 0
            func sweep(_ place: String, keeping: (UUIDv7, _ isDraft: Bool) -> Bool) {
                for name in FilmShelf.names(in: place) {
                    // Nothing else of what lies here is ours.
                    guard let id = UUIDv7(name.prefix(36)), !keeping(id, name.utf8.count > 36) else { continue }
                    // What cannot be removed now is found again the next time.
                    if (try? FileManager.default.removeItem(atPath: "\(place)/\(name)")) != nil { removed += 1 }
                }
            }
            sweep(folder) { id, isDraft in isDraft ? isOpen(id) : isKnown(id) }
            sweep("\(folder)/work") { id, _ in isOpen(id) }
            return removed
        }
    }

    /// The films that anything lies here of.
    package func ids() async throws(StudioFailure) -> Set<UUIDv7> {
        try await FilmShelf.off { [folder] () throws(StudioFailure) in
            let names = FilmShelf.names(in: folder) + FilmShelf.names(in: "\(folder)/work")
            return Set(names.compactMap { UUIDv7($0.prefix(36)) })
        }
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
