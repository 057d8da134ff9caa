import Drawing

extension [Point] {
    /// Goes a share of the way from one key to another one, which have the same points.
    mutating func add(_ other: [Point], from rest: [Point], _ share: Double) {
        for index in indices { self[index] = self[index] + (other[index] - rest[index]) * share }
    }
}
