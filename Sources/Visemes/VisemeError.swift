/// Why there is no track.
package enum VisemeError: Error, Hashable, Sendable {
    /// What a track was to be made from makes no sense; it says what and where.
    case badInput(String)
    /// A track that was read is damaged, or of a later version; it says in which way.
    case badTrack(String)
}
