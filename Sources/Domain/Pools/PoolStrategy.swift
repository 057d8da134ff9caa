/// In which order the members of a pool of providers are asked.
///
/// The names are part of the interface, and of what is stored.
package enum PoolStrategy: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
    /// By their priority; among equals as they are listed.
    case priority
    /// Each question begins with the next member.
    case roundRobin = "round_robin"
    /// By chance, those with more weight more often.
    case weighted
    /// Who has been asked least.
    case leastUsed = "least_used"
    /// Who has lately answered fastest; those of whom nothing is known first.
    case fastestResponse = "fastest_response"
}
