/// What a host wears.
package enum PuppetStyle: String, Hashable, Sendable, CaseIterable, Codable {
    case casual
    case formal
    case cyberpunk
}
