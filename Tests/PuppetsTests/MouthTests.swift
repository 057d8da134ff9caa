import Drawing
import JSON
import Puppets
import Testing

@Suite struct MouthTests {
    /// A host whose mouth is green inside, so that it can be measured.
    private static func painter(_ host: String) throws -> PuppetPainter {
        var file = try HostFile(host)
        for name in ["inside", "teeth", "teethShade", "tongue"] { file = file.with(["palette", name], "#00FF00") }
        return PuppetPainter(try file.design(), style: .casual)
    }

    struct Opening {
        var area = 0
        var width = 0
        var height = 0
    }

    private static func opening(_ painter: PuppetPainter, _ pose: PuppetPose) throws -> Opening {
        let canvas = try Canvas(width: 480, height: 480)
        try painter.draw(pose, in: canvas.box, on: canvas)
        try canvas.finish()
        var (columns, rows, area) = (Set<Int>(), Set<Int>(), 0)
        canvas.withPixels { bytes in
            for y in 0..<480 {
                for x in 0..<480 {
                    let place = (y * 480 + x) * 4
                    guard bytes[place + 1] > 150, bytes[place] < 90, bytes[place + 2] < 90 else { continue }
                    columns.insert(x)
                    rows.insert(y)
                    area += 1
                }
            }
        }
        return Opening(area: area, width: columns.count, height: rows.count)
    }

    @Test(arguments: HostFile.hosts) func `each shape opens the mouth as far as its sound does`(host: String) throws {
        let painter = try Self.painter(host)
        func opening(_ shape: MouthPose.Shape) throws -> Opening {
            var pose = PuppetPose()
            pose.mouth = MouthPose(shape)
            return try Self.opening(painter, pose)
        }
        let (a, b, c, d) = (try opening(.a), try opening(.b), try opening(.c), try opening(.d))
        let (e, f, g, h, x) = (try opening(.e), try opening(.f), try opening(.g), try opening(.h), try opening(.x))
        // Pressed lips, and lips at rest, show nothing of what is behind them.
        #expect(a.area == 0 && x.area == 0)
        #expect(0 < b.height && b.height < c.height && c.height < d.height)
        #expect(b.area * 3 < c.area * 2 && c.area * 3 < d.area * 2)
        #expect([e, f, g, h].allSatisfy { $0.area > 0 && $0.area < d.area })
        #expect(f.width * 2 < c.width && f.width < e.width && e.width < c.width)
        #expect(g.height <= b.height + 2)
    }

    @Test(arguments: HostFile.hosts) func `moods do not open a closed mouth`(host: String) throws {
        let painter = try Self.painter(host)
        for mood in PuppetMood.allCases {
            let opening = try Self.opening(painter, PuppetPose(mood: mood, mouth: MouthPose(.a)))
            #expect(opening.area == 0, "\(mood)")
        }
    }

    @Test(arguments: HostFile.hosts) func `a mouth opens step by step, without jumps`(host: String) throws {
        let painter = try Self.painter(host)
        var pose = PuppetPose()
        var areas: [Int] = []
        for step in 0...24 {
            pose.mouth = MouthPose(.a).mixed(with: MouthPose(.d), Double(step) / 24)
            areas.append(try Self.opening(painter, pose).area)
        }
        let steps = zip(areas, areas.dropFirst()).map { $1 - $0 }
        let most = try #require(areas.last)
        #expect(areas[0] == 0)
        #expect(steps.allSatisfy { $0 >= -2 && $0 < most / 8 }, "\(areas)")
    }

    @Test func `weights sum up to one, and nonsense weighs nothing`() {
        let mouth = MouthPose([.a: 1, .d: 3, .e: -5, .f: .nan])
        #expect(mouth[.a] == 0.25 && mouth[.d] == 0.75 && mouth[.e] == 0 && mouth[.f] == 0)
        #expect(MouthPose([:]) == MouthPose(.x) && MouthPose([.c: 0]) == MouthPose())
        let half = MouthPose(.b).mixed(with: MouthPose(.g), 0.5)
        #expect(half[.b] == 0.5 && half[.g] == 0.5 && half[.x] == 0)
        #expect(MouthPose.Shape.allCases.map(\.letter).joined() == "ABCDEFGHX")
    }
}
