package import Bus
import Store

extension FilmRepository {
    /// A film that has ended, and the room it takes.
    package struct Ended: Hashable, Sendable {
        package let id: UUIDv7
        package let sizeBytes: Int64

        package init(id: UUIDv7, sizeBytes: Int64) {
            self.id = id
            self.sizeBytes = sizeBytes
        }
    }

    /// Those that have not ended, the oldest first; at most 1000.
    package func open() async throws(FilmError) -> [UUIDv7] {
        try await query(FilmSQL.openIDs, []).compactMap { $0.first?.id }
    }

    /// Forgets the oldest films that have ended, until what is left fits.
    ///
    /// - Parameters:
    ///   - countMax: how many are kept.
    ///   - sizeBytesMax: how much room they may take together.
    /// - Returns: those that are forgotten; their files are the caller's to remove.
    /// - Throws: `FilmError.store`.
    package func forget(keeping countMax: Int, sizeBytesMax: Int64) async throws(FilmError) -> [UUIDv7] {
        let ended = try await query(FilmSQL.ended, []).compactMap { row -> Ended? in
            guard let id = row[0].id, let size = row[1].integer else { return nil }
            return Ended(id: id, sizeBytes: size)
        }
        var forgotten: [UUIDv7] = []
        for film in Self.removable(ended, keeping: countMax, sizeBytesMax: sizeBytesMax) {
            if try await run(FilmSQL.remove, [SQLValue(film)]) == 1 { forgotten.append(film) }
        }
        return forgotten
    }

    /// What does not fit any more: all that is older than the first that is too much.
    ///
    /// The newest stays, however large it is: somebody has just waited for it.
    ///
    /// - Parameters:
    ///   - ended: the newest first.
    ///   - countMax: how many may stay.
    ///   - sizeBytesMax: how much room they may take together.
    /// - Returns: the ids of the others.
    package static func removable(_ ended: [Ended], keeping countMax: Int, sizeBytesMax: Int64) -> [UUIDv7] {
        var (kept, room) = (0, sizeBytesMax)
        for film in ended {
            guard kept < max(1, countMax), kept == 0 || film.sizeBytes <= room else { break }
            kept += 1
            room -= min(film.sizeBytes, room)
        }
        return ended.dropFirst(kept).map(\.id)
    }
}
