import Foundation
import Glibc
import RenderWire
import Rendering
import Testing

struct LivePictureTests {
    private static let form = FilmForm(width: 320, height: 180, framesPerSecond: 25)
    private static var frameBytes: Int { form.width * form.height * 4 }

    /// Runs the program on orders and takes what it drew.
    ///
    /// - Returns: the places in their order, each place's picture in the end, and what it complained of.
    private func run(_ lines: [String]) throws -> (places: [UInt8], pictures: [[UInt8]], faults: [RenderFault]) {
        let name = "/cryptocall-test-\(UInt64.random(in: .min ... .max))"
        let memory = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600)
        shm_unlink(name)
        defer { close(memory) }
        #expect(ftruncate(memory, Self.frameBytes * 5) == 0)
        let (orders, answers) = (Pipe(), Pipe())
        try orders.fileHandleForWriting.write(contentsOf: Data(lines.map { $0 + "\n" }.joined().utf8))
        try orders.fileHandleForWriting.close()
        var faults: [RenderFault] = []
        let picture = try LivePicture(
            Self.form,
            memory: memory,
            output: answers.fileHandleForWriting.fileDescriptor
        ) { faults.append($0) }
        try picture.run(input: orders.fileHandleForReading.fileDescriptor)
        try answers.fileHandleForWriting.close()
        let places = try answers.fileHandleForReading.readToEnd() ?? Data()
        let pictures = (0..<5).map { place in
            var bytes = [UInt8](repeating: 0, count: Self.frameBytes)
            let count = pread(memory, &bytes, bytes.count, place * bytes.count)
            return count == bytes.count ? bytes : []
        }
        return (Array(places), pictures, faults)
    }

    private func line(_ order: LiveOrder) throws -> String {
        String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
    }

    private func scene(figure: String = "nova") -> LiveScene {
        var scene = LiveScene(
            layout: "oneHost",
            station: "CryptoCall FM",
            hosts: [RenderHost(figure: figure, name: "Nova", role: "Host")]
        )
        scene.topic = "The morning"
        return scene
    }

    @Test func `the card comes first, and each tick draws into its place`() throws {
        let drawn = try run([
            line(LiveOrder(scene: scene())), line(LiveOrder(tick: LiveOrder.Tick(frame: 100, slot: 2))),
            line(LiveOrder(tick: LiveOrder.Tick(frame: 140, slot: 0))),
        ])
        #expect(drawn.places == [4, 2, 0])
        #expect(drawn.faults == [])
        // A host is seen, and he moves.
        #expect(drawn.pictures[2] != drawn.pictures[4])
        #expect(drawn.pictures[2] != drawn.pictures[0])
        #expect(drawn.pictures[1].allSatisfy { $0 == 0 })
    }

    @Test func `what cannot be shown is told, and the picture goes on`() throws {
        let drawn = try run([
            line(LiveOrder(scene: scene(figure: "nobody"))), "no JSON", "{}",
            line(LiveOrder(tick: LiveOrder.Tick(frame: 1, slot: 9))),
            line(LiveOrder(tick: LiveOrder.Tick(frame: 2, slot: 1))),
        ])
        #expect(drawn.places == [4, 1])
        #expect(drawn.faults.count == 3)
        #expect(drawn.faults.first?.message.contains("hosts.0.figure") == true)
    }

    @Test func `words are seen when their item is on air, and no more when it has ended`() throws {
        let words = [SpokenWord("Hello", 0, 400), SpokenWord("there.", 400, 2000, endsSentence: true)]
        var item = LiveItem(id: "a", speaker: "Nova", file: nil, start: 192_000, words: words)
        let ticks = try [90, 105, 110].enumerated().map {
            try line(LiveOrder(tick: LiveOrder.Tick(frame: Int64($1), slot: $0)))
        }
        let plain = try run([line(LiveOrder(scene: scene()))] + ticks)
        let said = try run([line(LiveOrder(scene: scene())), line(LiveOrder(item: item))] + ticks)
        item.end = 192_000 + 8 * 1920
        let ended = try run([line(LiveOrder(scene: scene())), line(LiveOrder(item: item))] + ticks)
        func differ(_ picture: [UInt8], _ other: [UInt8]) -> Bool {
            // The captions' band is at the bottom, over the prices; the clock is at the top.
            let rows = Self.form.height * 2 / 3 * Self.form.width * 4
            return picture[rows...] != other[rows...]
        }
        #expect(!differ(plain.pictures[0], said.pictures[0]))
        #expect(differ(plain.pictures[1], said.pictures[1]))
        #expect(differ(plain.pictures[2], said.pictures[2]))
        #expect(!differ(said.pictures[1], ended.pictures[1]))
        #expect(!differ(plain.pictures[2], ended.pictures[2]))
    }
}
