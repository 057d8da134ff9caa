/// Why texts were not classified, or a classifier could not be made.
package struct SentimentError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// Too many texts, or too much of them.
        case tooMuch
        /// A file of texts or a value in it is not what it should be.
        case badData
        /// A file is no model, is damaged, or was made by another version.
        case badModel
        /// A file cannot be read.
        case unreadable
        /// Whoever should classify cannot be asked now.
        case unavailable
    }

    package let code: Code
    /// What is wrong, with the name of the field or file, and what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
