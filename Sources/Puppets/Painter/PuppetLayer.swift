import Drawing
import Glibc

/// Parts that move as one, drawn once for a size.
///
/// To move a picture costs little, to turn it costs eight times as much. So it is turned in small steps, each of which
/// is kept until the head has tilted further; in between it is only moved.
final class PuppetLayer {
    let joint: String
    let depth: Double
    let parts: [PuppetPart]
    private let scale: Double
    /// Of what is drawn, in units.
    private let center: Point
    private let picture: Canvas
    private let tiles: PictureTiles
    /// The one that is shown comes last.
    private var turned: [Turned] = []

    private struct Turned {
        let step: Int
        let picture: Canvas
        let tiles: PictureTiles
    }

    /// Radians of a step: at the rim of a head of 300 pixels it is half a pixel.
    private static let step = 0.0036
    /// Heads sway to and fro: most turns have been seen a moment ago.
    private static let turnedMax = 12
    /// Units around what outlines tell, for strokes.
    private static let margin = 14.0

    init(_ parts: [PuppetPart], _ palette: [String: Color], axis: Double, scale: Double) throws(DrawingError) {
        (joint, depth) = (parts[0].joint, parts[0].depth)
        (self.parts, self.scale) = (parts, scale)
        let bounds = PuppetLayer.bounds(parts, axis: axis)
        center = bounds.center
        let picture = try Canvas(
            width: Int((bounds.width * scale).rounded(.up)),
            height: Int((bounds.height * scale).rounded(.up))
        )
        let middle = Point(Double(picture.width) / 2, Double(picture.height) / 2)
        picture.transformed(.move(center * -1).then(.scale(scale, scale)).then(.move(middle))) {
            let painter = PartPainter(canvas: picture, palette: palette, axis: axis)
            for part in parts { painter.draw(part) }
        }
        try picture.finish()
        (self.picture, tiles) = (picture, PictureTiles(picture))
    }

    /// What parts reach over, as far as a box can show it.
    private static func bounds(_ parts: [PuppetPart], axis: Double) -> Box {
        var (low, high) = (Point(1e6, 1e6), Point(-1e6, -1e6))
        for part in parts {
            let free = part.details.filter { $0.isFree || part.outline == nil }
            var points = (part.outline?.points ?? []) + free.flatMap(\.outline.points)
            if part.isMirrored || free.contains(where: \.isMirrored) {
                points += points.map { Point(2 * axis - $0.x, $0.y) }
            }
            for point in points {
                low = Point(min(low.x, point.x), min(low.y, point.y))
                high = Point(max(high.x, point.x), max(high.y, point.y))
            }
        }
        // Beyond the lower edge there is never more than a breath to see.
        high.y = min(high.y, PuppetFrame.side + 60)
        return Box(low.x, low.y, max(1, high.x - low.x), max(1, high.y - low.y)).inset(-margin)
    }

    /// Bytes of all pictures.
    var byteCount: Int {
        ([picture] + turned.map(\.picture)).reduce(0) { $0 + $1.width * $1.height * 4 }
    }

    func draw(on canvas: Canvas, _ rig: PuppetRig, _ frame: PuppetFrame) throws(DrawingError) {
        let (transform, radians) = rig.placement(joint)
        let (shown, tiles) = try picture(radians)
        let place = frame.pixel(transform.apply(rig.seen(center, joint, depth)))
        let corner = Point(-Double(shown.width) / 2, -Double(shown.height) / 2)
        canvas.clipped(to: tiles.outline(around: place, margin: 2)) {
            canvas.transformed(.scale(rig.narrowing(joint), 1).then(.move(place))) { canvas.draw(shown, at: corner) }
        }
    }

    /// The picture, turned as far as steps go.
    private func picture(_ radians: Double) throws(DrawingError) -> (picture: Canvas, tiles: PictureTiles) {
        let exact = radians / PuppetLayer.step
        // A step is kept a little longer than rounding would have it, or it would change to and fro.
        if let last = turned.last, abs(Double(last.step) - exact) < 0.75 { return (last.picture, last.tiles) }
        let step = Int(exact.rounded())
        guard step != 0 else { return (picture, tiles) }
        let shown: Turned
        if let index = turned.firstIndex(where: { $0.step == step }) {
            shown = turned.remove(at: index)
        } else {
            let oldest = turned.count < PuppetLayer.turnedMax ? nil : turned.removeFirst()
            shown = try turn(by: step, on: oldest?.picture)
        }
        turned.append(shown)
        return (shown.picture, shown.tiles)
    }

    private func turn(by step: Int, on used: Canvas?) throws(DrawingError) -> Turned {
        let made: Canvas
        if let used { made = used } else { made = try Canvas(width: side.width, height: side.height) }
        made.clear()
        let middle = Point(Double(picture.width) / 2, Double(picture.height) / 2)
        let other = Point(Double(made.width) / 2, Double(made.height) / 2)
        let angle = Double(step) * PuppetLayer.step
        let reach = (max(middle.x, middle.y) * abs(angle)).rounded(.up)
        made.clipped(to: tiles.outline(around: other, margin: reach + 2)) {
            made.transformed(.move(middle * -1).then(.turn(angle)).then(.move(other))) { made.draw(picture) }
        }
        return Turned(step: step, picture: made, tiles: PictureTiles(made))
    }

    /// Enough for a turn by any angle that joints allow, and half a step.
    private var side: (width: Int, height: Int) {
        let sine = sin(PuppetJoint.tiltMax * .pi / 180 + PuppetLayer.step)
        let (width, height) = (Double(picture.width), Double(picture.height))
        return (Int(width + height * sine) + 2, Int(height + width * sine) + 2)
    }
}
