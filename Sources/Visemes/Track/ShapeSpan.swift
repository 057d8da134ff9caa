/// A shape and the time that it would have if there were no others.
struct ShapeSpan: Hashable, Sendable {
    var start: Int
    var end: Int
    var shape: MouthShape
    var weight = 100

    var length: Int { end - start }
}
