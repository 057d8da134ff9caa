import HTTPTypes
import Hummingbird
import Identity
import JSON

/// What somebody sent with a form of ours.
struct FormInput: Sendable {
    static let contentType = "application/x-www-form-urlencoded"
    /// Of most forms.
    static let bytesMax = 16 * 1024
    private static let faultsMax = 20

    private let fields: [String: String]

    init(_ fields: [String: String]) { self.fields = fields }

    /// Reads a form, and makes sure that it was made by a page of ours.
    ///
    /// - Parameters:
    ///   - request: what came.
    ///   - principal: who sent it.
    ///   - known: the names of the form's fields.
    ///   - bytesMax: how large it may be, as it is sent.
    /// - Throws: `APIError`: `.unsupportedMediaType`, `.tooLarge`, `.badRequest`, `.invalidInput` for fields that the form
    ///   does not have, and `.forbidden` for a form that another site made the browser send.
    init(
        of request: Request,
        by principal: Principal?,
        fields known: Set<String>,
        bytesMax: Int = FormInput.bytesMax
    ) async throws(APIError) {
        let type = (request.headers[.contentType] ?? "").split(separator: ";").first.map { $0.lowercased() }
        guard type == FormInput.contentType else {
            throw APIError(.unsupportedMediaType, "The body must be \(FormInput.contentType).")
        }
        let bytes = try await RequestBody.bytes(of: request, bytesMax: bytesMax)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw APIError(.badRequest, "The form is no text.")
        }
        fields = try QueryInput(text).value.object?.compactMapValues(\.string) ?? [:]
        let faults = fields.keys.filter { !known.contains($0) }.sorted().prefix(FormInput.faultsMax)
            .map { InputFault(field: $0, message: "is not known here") }
        guard faults.isEmpty else { throw APIError(faults: faults) }
        if let token = FormToken(of: request, by: principal), !token.matches(fields[FormToken.field]) {
            throw APIError(.forbidden, "This form is not from your session, or from an older one. Load the page again.")
        }
    }

    /// Those that were sent, beside the form's own token.
    var names: [String] { fields.keys.filter { $0 != FormToken.field }.sorted() }

    /// A field's text without white space around it; `nil` when it is not there or empty.
    func text(_ name: String) -> String? {
        guard var text = fields[name]?[...] else { return nil }
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text.isEmpty ? nil : String(text)
    }

    /// A field exactly as it was typed.
    func exact(_ name: String) -> String { fields[name] ?? "" }
}
