/// What an outline is filled or drawn with.
package enum Paint: Hashable, Sendable {
    case solid(Color)
    /// From one point to another; stops from 0 to 1.
    case linear(from: Point, to: Point, stops: [Stop])
    /// From the middle outwards.
    case radial(center: Point, radius: Double, stops: [Stop])

    package struct Stop: Hashable, Sendable {
        package var at: Double
        package var color: Color

        package init(_ at: Double, _ color: Color) {
            self.at = at
            self.color = color
        }
    }
}
