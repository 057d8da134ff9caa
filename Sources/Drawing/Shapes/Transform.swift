import Glibc

/// Moves, turns and stretches points.
package struct Transform: Hashable, Sendable {
    var xx = 1.0
    var yx = 0.0
    var xy = 0.0
    var yy = 1.0
    var x0 = 0.0
    var y0 = 0.0

    package static let identity = Transform()

    private init() {}

    package static func move(_ by: Point) -> Transform {
        var made = Transform()
        (made.x0, made.y0) = (by.x, by.y)
        return made
    }

    package static func scale(_ x: Double, _ y: Double, around center: Point = .zero) -> Transform {
        var made = Transform()
        (made.xx, made.yy) = (x, y)
        (made.x0, made.y0) = (center.x - x * center.x, center.y - y * center.y)
        return made
    }

    /// - Parameters:
    ///   - radians: clockwise, as y grows downwards.
    ///   - center: stays where it is.
    /// - Returns: the turn.
    package static func turn(_ radians: Double, around center: Point = .zero) -> Transform {
        var made = Transform()
        let (sine, cosine) = (sin(radians), cos(radians))
        (made.xx, made.yx, made.xy, made.yy) = (cosine, sine, -sine, cosine)
        let turned = made.apply(center)
        (made.x0, made.y0) = (center.x - turned.x, center.y - turned.y)
        return made
    }

    package func apply(_ point: Point) -> Point {
        Point(xx * point.x + xy * point.y + x0, yx * point.x + yy * point.y + y0)
    }

    /// First this one, then the other.
    package func then(_ other: Transform) -> Transform {
        var made = Transform()
        made.xx = other.xx * xx + other.xy * yx
        made.yx = other.yx * xx + other.yy * yx
        made.xy = other.xx * xy + other.xy * yy
        made.yy = other.yx * xy + other.yy * yy
        let origin = other.apply(Point(x0, y0))
        (made.x0, made.y0) = (origin.x, origin.y)
        return made
    }
}
