/// Why something cannot be drawn.
package enum DrawingError: Error, Hashable, CustomStringConvertible {
    /// Too large, or nothing at all.
    case size(width: Int, height: Int)
    /// The library has no memory, or calls it something else.
    case library(String)
    /// More than a code of this kind can hold.
    case tooLongForCode(bytes: Int)

    package var description: String {
        switch self {
        case .size(let width, let height): "a picture of \(width) x \(height) cannot be drawn"
        case .library(let problem): "cannot be drawn: \(problem)"
        case .tooLongForCode(let bytes): "\(bytes) bytes do not fit into a QR code"
        }
    }
}
