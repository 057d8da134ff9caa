import Daemon
import Testing

/// Damaged files end in messages, never in a trap.
@Suite struct ConfigFuzzTests {
    @Test func `no damage to the shipped file traps, and every message names file and line`() throws {
        let original = Array(try ShippedFile.text().utf8)
        let fixture = try ConfigFixture()
        let marker = "\(fixture.mainFile):"
        var refused = 0
        for seed in 0..<300 {
            var random = Sequence32(seed: UInt64(seed))
            var bytes = original
            for _ in 0...(seed % 8) { damage(&bytes, &random) }
            try fixture.write("etc/cryptocall.toml", bytes)
            let report = ConfigLoader(fixture.request()).load()
            for problem in report.problems {
                let line = problem.description
                #expect(line.hasPrefix(marker), "seed \(seed): \(line)")
                #expect(!line.contains("\n"))
                let place = line.dropFirst(marker.count).split(separator: ":").prefix(2).compactMap { Int($0) }
                #expect(place.count == 2 && place.allSatisfy { $0 > 0 }, "seed \(seed): \(line)")
            }
            if report.usable == nil { refused += 1 }
        }
        // Most damage hits comments; enough of it must have hit something else.
        #expect(refused > 60)
    }

    @Test func `where the parser takes a damaged file, every value has its place`() throws {
        let original = Array(try ShippedFile.text().utf8)
        var taken = 0
        for seed in 1000..<1400 {
            var random = Sequence32(seed: UInt64(seed))
            var bytes = original
            damage(&bytes, &random)
            guard let document = try? TOMLDocument(parsing: bytes) else { continue }
            taken += 1
            check(document.root, ConfigPath(), document.positions, seed)
        }
        #expect(taken > 100)
    }

    @Test func `noise in the place of a file is refused`() throws {
        let alphabet = Array("[]{}=\"'.,#\\ \n\rab1-_:u0T\u{0}\u{1}é\u{a0}\u{85}\u{2028}".unicodeScalars)
        let beginnings = ["", "", "a = ", "[", "[[", "a = [", "a = {b=", "a = [1,", "a = 1979-05-27 0", "[a]\n"]
        for seed in 0..<6000 {
            var random = Sequence32(seed: UInt64(seed))
            var text = beginnings[random.below(beginnings.count)]
            for _ in 0...random.below(30) { text.unicodeScalars.append(alphabet[random.below(alphabet.count)]) }
            guard let document = try? TOMLDocument(parsing: Array(text.utf8)) else { continue }
            check(document.root, ConfigPath(), document.positions, seed)
        }
    }

    private func check(
        _ value: ConfigValue,
        _ path: ConfigPath,
        _ positions: [ConfigPath: SourcePosition],
        _ seed: Int
    ) {
        if !path.isEmpty { #expect(positions[path] != nil, "seed \(seed): \(path)") }
        switch value {
        case .table(let fields): for (name, child) in fields { check(child, path.key(name), positions, seed) }
        case .array(let elements):
            for (place, child) in elements.enumerated() { check(child, path.index(place), positions, seed) }
        default: break
        }
    }

    private func damage(_ bytes: inout [UInt8], _ random: inout Sequence32) {
        let place = random.below(bytes.count)
        switch random.below(5) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.below(256))
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(Array("[]{}=\"'.,#\\\n".utf8)[random.below(12)], at: place)
        case 3: bytes.replaceSubrange(place..<min(bytes.count, place + 40), with: [])
        default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 40)], at: random.below(bytes.count))
        }
    }

    /// A fixed sequence, so that a failure can be repeated from its seed.
    private struct Sequence32 {
        private var state: UInt64

        init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33) % bound
        }
    }
}
