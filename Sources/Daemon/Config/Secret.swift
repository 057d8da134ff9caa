/// A text that is never printed: descriptions, dumps and reflection show a placeholder.
///
/// It is neither Encodable nor Hashable on purpose; equality compares all bytes whatever the first difference.
package struct Secret: Sendable {
    package static let placeholder = "<redacted>"

    private let text: String

    package init(_ text: String) { self.text = text }

    package var isEmpty: Bool { text.isEmpty }

    package var byteCount: Int { text.utf8.count }

    /// Hands the text to the one place that needs it.
    ///
    /// Do not keep it and do not log it.
    package func reveal<Result, Failure: Error>(_ body: (String) throws(Failure) -> Result) throws(Failure) -> Result {
        try body(text)
    }
}

extension Secret: Equatable {
    package static func == (first: Secret, second: Secret) -> Bool {
        guard first.byteCount == second.byteCount else { return false }
        return zip(first.text.utf8, second.text.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { Self.placeholder }
    package var debugDescription: String { Self.placeholder }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
