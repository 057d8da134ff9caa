/// Where prices go that leave the database: one file of lines for each month.
package protocol PriceArchive: Sendable {
    /// Begins a file under a temporary name; what an interrupted attempt has left under that name goes.
    ///
    /// - Parameter name: the name that it gets in the end, such as `prices-2026-01.jsonl`.
    /// - Returns: the file, empty.
    /// - Throws: whatever keeps it from being made.
    func begin(_ name: String) async throws -> any PriceArchiveFile
}

/// A file on its way into the archive.
package protocol PriceArchiveFile: Sendable {
    /// Adds whole lines.
    func append(_ lines: [UInt8]) async throws

    /// Brings the file to the disk, and only then to its name.
    ///
    /// One that has the name already is replaced: it holds the same, as a month takes no prices once its file is begun.
    func publish() async throws

    /// Removes what there is of it.
    func discard() async throws
}
