/// A call to the playout failed.
package struct LinkError: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Codable, CaseIterable, Sendable {
        /// The line is no request.
        case badRequest
        case unknownMethod
        case badParameters
        /// The line, or the answer, is longer than the link takes.
        case tooLarge
        /// The running order has no room.
        case full
        case notFound
        /// It cannot be done as things stand: nothing plays, the delay is off.
        case notPossible
        /// The state could not be written.
        case notKept
        /// The two sides speak different versions.
        case version
        /// The playout does not answer; only made by the client.
        case unavailable
        /// The answer is not what the client expects; only made by the client.
        case badAnswer
    }

    package var code: Code
    /// Safe to log and to show: it holds nothing but names of fields, limits and ids.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func badField(_ field: String, _ problem: String) -> LinkError {
        LinkError(.badParameters, "\(field) \(problem)")
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
