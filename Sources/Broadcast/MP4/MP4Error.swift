/// Bytes that are not the fragmented MP4 that the encoder is asked for.
package struct MP4Error: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// A box, list or frame is larger than it can be in sound from our encoder.
        case tooLarge
        /// A box ends before what it should hold.
        case truncated
        /// A value that cannot be.
        case badValue
        /// Legal MP4, but not of the kind that is read here.
        case unsupported
        /// A box that must be there is not, or comes at the wrong place.
        case missing
    }

    package let code: Code
    /// Names the box and the field.
    package let detail: String

    init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    package var description: String { "\(code): \(detail)" }
}
