/// From when on a mouth has a shape.
package struct Keyframe: Hashable, Sendable {
    /// In samples, see `MouthTime`.
    package let start: Int
    package let shape: MouthShape
    /// How much of it is shown, in per cent; the rest of the mouth is at rest.
    package let weight: Int

    package init(start: Int, shape: MouthShape, weight: Int = 100) {
        self.start = start
        self.shape = shape
        self.weight = weight
    }
}
