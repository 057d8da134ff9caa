/// What a host feels, as it shows.
package enum PuppetMood: String, Hashable, Sendable, CaseIterable, Codable {
    case neutral
    case happy
    case excited
    case serious
    case concerned
    case skeptical
}
