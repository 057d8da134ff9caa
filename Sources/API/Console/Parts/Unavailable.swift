/// Something that a page shows, or why it cannot.
typealias Shown<Value> = Result<Value, APIError>

/// Stands where something cannot be shown; the rest of the page still can.
struct Unavailable: View {
    let failure: APIError

    var body: Markup { p(.class("error")) { "This cannot be shown now: \(failure.message)" } }
}

/// Gets what a page shows.
func shown<Value>(_ body: () async throws(APIError) -> Value) async -> Shown<Value> {
    do throws(APIError) {
        return .success(try await body())
    } catch {
        return .failure(error)
    }
}
