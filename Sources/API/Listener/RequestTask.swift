import Hummingbird

/// Answers each request in a task of its own.
///
/// A task keeps the room that its deepest call took until it ends. The one of a connection lives as long as the
/// connection, and a live connection for hours: what finding the answer took would be held for all of them. It is also
/// faster: whenever a task of a connection goes on, the runtime looks through its records for the executor it prefers.
struct RequestTask<Inner: HTTPResponder>: HTTPResponder where Inner.Context == APIContext {
    let inner: Inner

    @concurrent
    func respond(to request: Request, context: APIContext) async throws -> Response {
        async let response = inner.respond(to: request, context: context)
        return try await response
    }
}
