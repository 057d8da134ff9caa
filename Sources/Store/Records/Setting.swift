/// A named value that outlives restarts, kept as JSON.
package struct SettingKey<Value: Codable & Sendable>: Hashable, Sendable {
    package let name: String

    package init(_ name: String) { self.name = name }
}

/// Small values that operators and actors change while the station runs.
package protocol SettingRepository: Sendable {
    /// - Returns: `nil` when it has never been set.
    /// - Throws: `StoreError` with `.corrupt` when the stored JSON is not a `Value`.
    func setting<Value>(_ key: SettingKey<Value>) async throws(StoreError) -> Value?
    /// Stores a value. Returns once it is committed.
    func set<Value>(_ key: SettingKey<Value>, to value: Value) async throws(StoreError)
}
