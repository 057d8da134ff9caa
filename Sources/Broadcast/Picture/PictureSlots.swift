/// Which picture is where in the memory that is shared with the renderer; pure.
///
/// A place belongs to the renderer from the order until it says that the picture is finished, and to us otherwise. So
/// nobody reads what is being drawn, and nobody waits.
package struct PictureSlots: Hashable, Sendable {
    private enum Place: Hashable {
        case free
        case ordered(Int64)
        case finished(Int64)
    }

    package static let count = 4
    /// More would only be older when they come.
    private static let orderedMax = 2

    private var places = [Place](repeating: .free, count: PictureSlots.count)
    /// Pictures that came when a newer one was there already.
    package private(set) var late = 0

    package init() {}

    /// How many are being drawn.
    package var ordered: Int { places.count { if case .ordered = $0 { true } else { false } } }

    /// Chooses a place for a picture.
    ///
    /// - Returns: `nil` when the renderer has enough to do.
    package mutating func order(_ frame: Int64) -> Int? {
        guard ordered < PictureSlots.orderedMax, let place = places.firstIndex(of: .free) else { return nil }
        places[place] = .ordered(frame)
        return place
    }

    /// The renderer has finished a picture.
    ///
    /// - Returns: whether it was asked for it.
    package mutating func finish(_ place: Int) -> Bool {
        guard places.indices.contains(place), case .ordered(let frame) = places[place] else { return false }
        places[place] = .finished(frame)
        return true
    }

    /// Takes the newest picture that is not of a later frame, and lets older ones go.
    ///
    /// - Returns: `nil` when there is no new one.
    package mutating func take(for frame: Int64) -> (place: Int, frame: Int64)? {
        var found: (place: Int, frame: Int64)?
        for (place, state) in places.enumerated() {
            guard case .finished(let number) = state, number <= frame else { continue }
            places[place] = .free
            if found != nil { late += 1 }
            if number > found?.frame ?? .min { found = (place, number) }
        }
        return found
    }
}
