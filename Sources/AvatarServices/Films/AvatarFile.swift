/// A film that lies in a folder of ours.
package struct AvatarFile: Hashable, Sendable {
    package let folder: String
    /// The hash with `.mp4` behind it.
    package let name: String
    /// Of the content: SHA-256, in hexadecimal digits.
    package let hash: String
    package let sizeBytes: UInt64

    package var path: String { "\(folder)/\(name)" }
}
