import FoundationEssentials

/// Files that are read as a whole, within bounds.
package enum WholeFile {
    /// Reads a file.
    ///
    /// Blocks while it reads, so it is for tools and for starts.
    /// - Parameters:
    ///   - path: the file.
    ///   - bytesMax: the most that is read.
    /// - Returns: its bytes.
    /// - Throws: `SentimentError` with the file's name, when it cannot be read or is too large.
    package static func read(path: String, bytesMax: Int) throws(SentimentError) -> [UInt8] {
        let problem = SentimentError(.unreadable, "\(path): cannot be read; is it there, and may you read it?")
        let size: UInt64
        do {
            let value = try FileManager.default.attributesOfItem(atPath: path)[.size] as? any BinaryInteger
            size = value.map { UInt64(clamping: $0) } ?? 0
        } catch {
            throw problem
        }
        // Looked at before, so that nothing large is ever in memory.
        guard size <= UInt64(bytesMax) else { throw tooLarge(path, size, bytesMax) }
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw problem
        }
        guard data.count <= bytesMax else { throw tooLarge(path, UInt64(data.count), bytesMax) }
        return Array(data)
    }

    private static func tooLarge(_ path: String, _ size: UInt64, _ bytesMax: Int) -> SentimentError {
        SentimentError(.tooMuch, "\(path): has \(size) bytes; at most \(bytesMax) are read")
    }
}
