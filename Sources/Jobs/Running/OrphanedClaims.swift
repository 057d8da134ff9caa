import Bus

/// Finds claims whose answer never came: the database says that this worker has them, but it does not.
///
/// A plain value. A claim that is under way looks the same for a moment, so only what two heartbeats in a row have
/// found is an orphan. Without this a lost answer would be kept alive by the heartbeats for ever.
struct OrphanedClaims {
    private var suspects: Set<JobQueue.Held> = []

    /// - Returns: what is to be handed back.
    mutating func observe(_ held: [JobQueue.Held], known: Set<UUIDv7>) -> [JobQueue.Held] {
        let unknown = held.filter { !known.contains($0.id) }
        defer { suspects = Set(unknown) }
        return unknown.filter(suspects.contains)
    }
}
