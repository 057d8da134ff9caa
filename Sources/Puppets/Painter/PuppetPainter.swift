package import Drawing
import Glibc

/// Draws one host in one style, pose after pose.
///
/// Of one task or thread at a time. What does not change its form is drawn once for a size; of two sizes pictures are
/// kept, and a third one makes it forget the first.
package final class PuppetPainter {
    package let design: PuppetDesign
    package let style: PuppetStyle
    private let palette: [String: Color]
    /// By scale, the newest last.
    private var kept: [(scale: Double, items: [Item])] = []

    private let scratch = ScratchCanvas()

    private enum Item {
        case layer(PuppetLayer)
        case eyes(iris: Canvas)
        case brows
        case mouth
    }

    private static let keptMax = 2

    package init(_ design: PuppetDesign, style: PuppetStyle) {
        (self.design, self.style) = (design, style)
        palette = design.palette(style)
    }

    /// Draws the host with his lower edge on that of the box; nothing comes beyond the box.
    ///
    /// - Parameters:
    ///   - pose: numbers out of their range count as the nearest in it.
    ///   - box: in pixels; of pixels that it cuts nothing is drawn.
    ///   - canvas: keeps what it has around the figure.
    /// - Throws: `DrawingError`; for a box without a pixel, `size`.
    package func draw(_ pose: PuppetPose, in box: Box, on canvas: Canvas) throws {
        let left = box.x.rounded(.up)
        let top = box.y.rounded(.up)
        let inside = Box(left, top, box.right.rounded(.down) - left, box.bottom.rounded(.down) - top)
        guard inside.width >= 1, inside.height >= 1 else {
            throw DrawingError.size(width: Int(inside.width), height: Int(inside.height))
        }
        let pose = pose.bounded
        let mouth = design.mouth.key(pose)
        let rig = PuppetRig(design, pose, open: design.mouth.openness(mouth))
        let frame = PuppetFrame(inside)
        let items = try items(frame.scale)
        try canvas.clipped(to: .rectangle(inside)) {
            for item in items { try draw(item, mouth, rig, frame, on: canvas) }
        }
    }

    /// Bytes of the pictures that are kept.
    package var byteCount: Int {
        kept.flatMap(\.items).reduce(0) { sum, item in
            if case .layer(let layer) = item { sum + layer.byteCount } else { sum }
        }
    }

    private func draw(
        _ item: Item,
        _ mouth: PuppetMouth.Key,
        _ rig: PuppetRig,
        _ frame: PuppetFrame,
        on canvas: Canvas
    ) throws {
        func painter(_ feature: PuppetFeature, _ paints: [String: PuppetPaint], mirrored: Bool = false)
            -> FeaturePainter
        {
            FeaturePainter(canvas, feature, palette, paints, rig, frame, scratch: scratch, mirrored: mirrored)
        }
        switch item {
        case .layer(let layer): try layer.draw(on: canvas, rig, frame)
        case .mouth: try painter(design.mouth.feature, design.mouth.paints).draw(mouth, open: rig.open)
        case .eyes(let iris):
            try painter(design.eyes.feature, design.eyes.paints).draw(design.eyes, rig.pose, iris: iris, side: -1)
            try painter(design.eyes.feature, design.eyes.paints, mirrored: true).draw(
                design.eyes,
                rig.pose,
                iris: iris,
                side: 1
            )
        case .brows:
            let (brows, paints) = (design.brows, ["fill": design.brows.fill])
            for (brow, mirrored) in [(rig.pose.leftBrow, false), (rig.pose.rightBrow, true)] {
                let painter = painter(brows.feature, paints, mirrored: mirrored)
                painter.fill(.ring(painter.pixels(brows.points(brow))), "fill")
            }
        }
    }

    // MARK: Layers

    private func items(_ scale: Double) throws -> [Item] {
        if let found = kept.first(where: { $0.scale == scale }) { return found.items }
        let made = try makeItems(scale)
        kept = kept.suffix(PuppetPainter.keptMax - 1) + [(scale, made)]
        return made
    }

    /// Parts that follow one another with one joint and one depth become one layer.
    private func makeItems(_ scale: Double) throws -> [Item] {
        let features: [(PuppetFeature, Item)] = [
            (design.mouth.feature, .mouth),
            (design.eyes.feature, .eyes(iris: try design.eyes.picture(palette, scale: scale))),
            (design.brows.feature, .brows),
        ]
        var items: [Item] = []
        var run: [PuppetPart] = []
        func endRun() throws {
            guard let first = run.first else { return }
            let axis = design.joints[first.joint]?.at.x ?? 0
            items.append(.layer(try PuppetLayer(run, palette, axis: axis, scale: scale)))
            run = []
        }
        var waiting = features.sorted { $0.0.order < $1.0.order }[...]
        for part in design.parts(style) {
            while let next = waiting.first, next.0.order < part.order {
                try endRun()
                items.append(next.1)
                waiting = waiting.dropFirst()
            }
            if let first = run.first, (first.joint, first.depth) != (part.joint, part.depth) { try endRun() }
            run.append(part)
        }
        try endRun()
        return items + waiting.map(\.1)
    }
}
