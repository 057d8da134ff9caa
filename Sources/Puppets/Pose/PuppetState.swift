/// What a host is doing.
package enum PuppetState: String, Hashable, Sendable, CaseIterable, Codable {
    case listening
    case thinking
    case speaking
}
