package import Bus
import Domain

/// Somebody's picture.
package struct Avatar: Hashable, Sendable {
    package static let sizeBytesMax = 5 * 1024 * 1024

    /// What the content is, whatever its name says.
    package enum Format: String, Hashable, Sendable, Codable, CaseIterable, SchemaChoice {
        case jpeg, png, webp

        package var mediaType: String { "image/\(rawValue)" }

        /// The format by the first bytes; `nil` for any other.
        package init?(of content: [UInt8]) {
            if content.starts(with: [0xFF, 0xD8, 0xFF]) {
                self = .jpeg
            } else if content.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
                self = .png
            } else if content.count >= 12, content.starts(with: Array("RIFF".utf8)),
                Array(content[8..<12]) == Array("WEBP".utf8)
            {
                self = .webp
            } else {
                return nil
            }
        }
    }

    package let format: Format
    package let content: [UInt8]
    /// Changes exactly when the content does.
    package let tag: String
    package let updatedAt: Timestamp
}
