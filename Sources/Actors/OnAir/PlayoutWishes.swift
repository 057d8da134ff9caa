package import PlayoutLink

/// How the playout is to be set up; it is told whatever differs from what it was told before.
package struct PlayoutWishes: Hashable, Sendable {
    /// The emergency stop: listeners hear nothing.
    package var isMuted = false
    /// Whether listeners hear everything ten seconds later, so that the last words can still be dropped.
    package var isDelayed = false
    package var loudness = LoudnessSet()
    package var bed = BedSet(file: nil)
    package var ident = IdentSet(file: nil)
    /// Where the programme goes besides the public stream.
    package var targets = OutputTargets()

    package init() {}

    /// What an operator asked for, until the daemon starts anew; it counts more than the settings.
    package struct Orders: Hashable, Sendable {
        /// `.some(nil)` is the station's own bed.
        package var bed: String??
        package var isDelayed: Bool?
        /// Targets that get nothing, by the names that statuses have for them.
        package var targetsOff: Set<String> = []

        package init() {}
    }

    /// These wishes, with what an operator asked for in their place.
    func with(_ orders: Orders) -> PlayoutWishes {
        var wishes = self
        if let bed = orders.bed { wishes.bed.file = bed }
        if let isDelayed = orders.isDelayed { wishes.isDelayed = isDelayed }
        wishes.targets = wishes.targets.without(orders.targetsOff)
        return wishes
    }

    /// A thing that the playout is set up by; the most urgent first.
    enum Part: String, CaseIterable, Sendable {
        case mute
        case delay
        case loudness
        case bed
        case ident
        case targets
    }

    /// Whether a part is another one than in other wishes.
    func differs(_ part: Part, from other: PlayoutWishes) -> Bool {
        switch part {
        case .mute: other.isMuted != isMuted
        case .delay: other.isDelayed != isDelayed
        case .loudness: other.loudness != loudness
        case .bed: other.bed != bed
        case .ident: other.ident != ident
        case .targets: other.targets != targets
        }
    }
}
