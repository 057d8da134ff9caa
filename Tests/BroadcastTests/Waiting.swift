import Testing

/// Waits until something is so.
///
/// - Returns: whether it became so in time.
func becomes(within limit: Duration = .seconds(20), _ condition: () throws -> Bool) async throws -> Bool {
    let until = ContinuousClock.now.advanced(by: limit)
    while ContinuousClock.now < until {
        if try condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return try condition()
}
