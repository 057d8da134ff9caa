/// Why a film cannot be made; safe to show.
package struct RenderFault: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Codable, Sendable {
        /// The order names something that is not there or cannot be; another try will say the same.
        case badOrder
        /// A file of the order cannot be read.
        case badInput
        /// A program that is needed is not installed, or does not run.
        case unavailable
        /// The encoder has failed.
        case encoder
        /// A folder or file cannot be written.
        case files
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
