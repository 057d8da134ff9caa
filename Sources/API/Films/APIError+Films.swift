package import Films

extension APIError {
    /// What a refusal about films means to somebody outside.
    package init(_ error: FilmError) {
        let message = error.description.prefix(1).uppercased() + error.description.dropFirst() + "."
        switch error {
        case .notFound: self.init(.notFound, message)
        case .keyUsed, .tooMany: self.init(.conflict, message)
        case .badInput(let field, let problem): self.init(faults: [InputFault(field: field, message: problem)])
        case .store(let cause): self.init(cause)
        }
    }

    /// Everything that is wrong with a script.
    package init(_ error: ScriptFaults) {
        self.init(faults: error.faults.map { InputFault(field: $0.field, message: $0.problem) })
    }

    package init(_ error: StudioFailure) {
        self.init(.unavailable, "The film's file cannot be read now; try again.")
        retryAfterSeconds = 1
    }
}

/// Asks about films on behalf of a request.
///
/// - Throws: `APIError`.
func filming<Value>(_ body: () async throws(FilmError) -> Value) async throws(APIError) -> Value {
    do throws(FilmError) {
        return try await body()
    } catch {
        throw APIError(error)
    }
}
