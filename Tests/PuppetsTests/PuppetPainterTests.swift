import Drawing
import Foundation
import Puppets
import Testing

/// `UPDATE_GOLDEN=1` records the pictures anew.
@Suite struct PuppetPainterTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens")

    private static let poses: [(name: String, pose: PuppetPose)] = [
        ("neutral", PuppetPose(mood: .neutral)),
        ("happy-d", PuppetPose(mood: .happy, mouth: MouthPose(.d))),
        ("thinking", PuppetPose(mood: .serious, state: .thinking)),
    ]

    private static func picture(_ painter: PuppetPainter, _ pose: PuppetPose) throws -> Canvas {
        let canvas = try Canvas(width: 192, height: 180)
        canvas.clear(Color(0.2, 0.2, 0.2))
        try painter.draw(pose, in: canvas.box, on: canvas)
        try canvas.finish()
        return canvas
    }

    @Test(arguments: HostFile.hosts, PuppetStyle.allCases)
    func `a host looks as recorded`(host: String, style: PuppetStyle) throws {
        let painter = PuppetPainter(try #require(PuppetHosts.named(host)), style: style)
        for (name, pose) in Self.poses {
            let file = Self.folder.appending(path: "\(host)-\(style)-\(name).txt")
            let seen = Luminance(try Self.picture(painter, pose))
            if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
                try Data(seen.text.utf8).write(to: file)
            }
            let recorded = Luminance(text: String(decoding: try Data(contentsOf: file), as: UTF8.self))
            #expect(seen.difference(from: recorded) <= 0.02, "\(file.lastPathComponent)")
        }
    }

    @Test func `hosts and styles differ more than the recorded pictures allow`() throws {
        let all = try PuppetHosts.all.flatMap { host in
            try PuppetStyle.allCases.map { style in
                Luminance(try Self.picture(PuppetPainter(host, style: style), PuppetPose(mood: .neutral)))
            }
        }
        for one in all.indices {
            for other in all.indices where one < other {
                #expect(all[one].difference(from: all[other]) > 0.02, "\(one) and \(other)")
            }
        }
    }

    @Test(arguments: [Box(40, 30, 200, 120), Box(100.4, 20.7, 60.2, 170.1), Box(10, 150, 300, 25)])
    func `nothing is drawn outside of the box`(box: Box) throws {
        for host in PuppetHosts.all {
            for (turn, nod) in [(-1.0, -1.0), (1, 1), (0, -9)] {
                var pose = PuppetPose(mood: .excited, mouth: MouthPose(.d))
                (pose.turn, pose.tilt, pose.nod, pose.sway, pose.shoulders) = (turn, turn, nod, turn, 1)
                let canvas = try Canvas(width: 320, height: 200)
                try PuppetPainter(host, style: .cyberpunk).draw(pose, in: box, on: canvas)
                try canvas.finish()
                let (inside, outside) = Self.pixels(canvas, box)
                #expect(outside == 0 && inside > 100)
            }
        }
    }

    /// How many pixels have anything, wholly inside and elsewhere.
    private static func pixels(_ canvas: Canvas, _ box: Box) -> (inside: Int, outside: Int) {
        canvas.withPixels { bytes in
            var (inside, outside) = (0, 0)
            for y in 0..<canvas.height {
                for x in 0..<canvas.width where bytes[(y * canvas.width + x) * 4 + 3] > 0 {
                    let isInside =
                        Double(x) >= box.x && Double(x + 1) <= box.right && Double(y) >= box.y
                        && Double(y + 1) <= box.bottom
                    if isInside { inside += 1 } else { outside += 1 }
                }
            }
            return (inside, outside)
        }
    }

    @Test func `a box without a pixel is refused`() throws {
        let canvas = try Canvas(width: 20, height: 20)
        let painter = PuppetPainter(PuppetHosts.nova, style: .formal)
        #expect(throws: DrawingError.self) { try painter.draw(PuppetPose(), in: Box(3.2, 3, 0.5, 10), on: canvas) }
    }

    @Test func `the same pose gives the same picture, and of sizes two are kept`() throws {
        let painter = PuppetPainter(PuppetHosts.rex, style: .casual)
        let pose = PuppetPose(mood: .skeptical)
        let first = Luminance(try Self.picture(painter, pose))
        #expect(Luminance(try Self.picture(painter, pose)) == first)
        let bytes = painter.byteCount
        for side in [40, 60, 80, 100] {
            let canvas = try Canvas(width: side, height: side)
            try painter.draw(pose, in: canvas.box, on: canvas)
        }
        #expect(bytes > 0 && painter.byteCount < bytes * 2)
        #expect(Luminance(try Self.picture(painter, pose)) == first)
    }

    @Test func `a head that tilts slowly never jumps`() throws {
        let painter = PuppetPainter(PuppetHosts.nova, style: .casual)
        var pose = PuppetPose()
        var last: Luminance?
        for step in 0..<60 {
            pose.tilt = Double(step) / 120
            let next = Luminance(try Self.picture(painter, pose))
            if let last { #expect(next.difference(from: last) < 0.003, "\(step)") }
            last = next
        }
    }

    @Test func `a sheet shows everything in one picture`() throws {
        let png = try ContactSheet(PuppetHosts.nova, cell: 60).png()
        #expect(png.prefix(4) == [0x89, 0x50, 0x4E, 0x47] && png.count > 20_000)
        #expect(throws: DrawingError.self) { try ContactSheet(PuppetHosts.nova, cell: 5000) }
    }
}
