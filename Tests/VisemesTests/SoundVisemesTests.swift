import Foundation
import Testing
import Visemes

@Suite struct SoundVisemesTests {
    /// A buzzing voice of 120 Hz whose mouth resounds at some pitches, each with a gain.
    private static func voice(_ milliseconds: Int, _ resonances: [(Double, Double)], level: Double = 0.2) -> [Float] {
        let harmonics = (1...60).map { Double($0) * 120 }
        let weights = harmonics.map { pitch in
            let resound = resonances.reduce(0.0) { $0 + $1.1 * exp(-abs(pitch - $1.0) / 110) }
            // Below the first it does not get weaker, and what the voice itself has falls by half an octave by octave.
            let whole = pitch < resonances[0].0 ? max(resound, 0.2) : resound
            return (whole + 0.0005) * min(1, 300 / pitch)
        }
        let scale = level / (weights.reduce(0) { $0 + $1 * $1 } / 2).squareRoot()
        let period = (0..<400).map { place in
            let turn = Double(place) / 48_000 * 2 * Double.pi
            return Float(scale * zip(harmonics, weights).reduce(0) { $0 + $1.1 * sin($1.0 * turn) })
        }
        return (0..<ms(milliseconds)).map { period[$0 % 400] }
    }

    private func hiss(_ milliseconds: Int, level: Float = 0.1) -> [Float] {
        var dice = Dice(7)
        var last: Float = 0
        return (0..<ms(milliseconds)).map { _ in
            let value = Float.random(in: -1...1, using: &dice)
            defer { last = value }
            return (value - last) * level
        }
    }

    private func silence(_ milliseconds: Int) -> [Float] { [Float](repeating: 0, count: ms(milliseconds)) }
    private let wide = voice(250, [(750, 1), (1150, 1), (2500, 0.3)])
    private let teeth = voice(250, [(240, 1), (2400, 1.5), (3000, 0.5)])
    private let puckered = voice(250, [(280, 1), (870, 0.5)])
    private let rounded = voice(250, [(500, 1), (800, 1)])
    private let open = voice(250, [(600, 1), (1750, 0.5), (2500, 0.3)])

    private func expect(_ samples: [Float], shows letters: String, at place: SourceLocation = #_sourceLocation) throws {
        let shown = try SoundVisemes.track(samples).keyframes.map(\.shape.rawValue).joined()
        #expect(shown == letters, sourceLocation: place)
    }

    private func said(_ samples: [Float]) -> [Float] { silence(300) + samples + silence(300) }

    @Test func `silence is rest`() throws {
        let (nothing, two) = (try SoundVisemes.track([]), try SoundVisemes.track([1, 2]))
        #expect(nothing == .still && two.keyframes.last?.shape == .rest)
        try expect(silence(1000), shows: "X")
        let rumble = (0..<48_000).map { Float(sin(Double($0) / 50) * 0.0001) }
        try expect(rumble, shows: "X")
    }

    @Test func `vowels have their shapes`() throws {
        try expect(said(wide), shows: "XDX")
        try expect(said(teeth), shows: "XBX")
        try expect(said(puckered), shows: "XFX")
        try expect(said(rounded), shows: "XEX")
        try expect(said(open), shows: "XCX")
    }

    @Test func `hissing is between teeth, and no closed mouth`() throws {
        try expect(said(wide + hiss(120) + wide), shows: "XDBDX")
    }

    @Test(arguments: [60, 100, 150])
    func `a gap within speech is closed lips, at its time`(gap: Int) throws {
        let track = try SoundVisemes.track(said(wide + silence(gap) + wide))
        let frames = track.keyframes
        #expect(frames.map(\.shape) == [.rest, .wide, .closed, .wide, .rest])
        // Shown up to a frame early, and open when it is heard to open.
        #expect(abs(frames[2].start - ms(550 - 30)) <= ms(30) && abs(frames[3].start - ms(550 + gap)) <= ms(20))
        #expect(track.pose(at: ms(550 + gap / 2)).isClosed)
    }

    @Test func `a hum behind closed lips is closed, and a long gap is a rest`() throws {
        let hum = Self.voice(100, [(200, 1)], level: 0.1)
        try expect(said(wide + hum + wide), shows: "XDADX")
        try expect(said(wide + silence(300) + wide), shows: "XDXDX")
    }

    @Test func `it is the same at any level, and in the noise of a room`() throws {
        let speech = silence(300) + wide + silence(100) + teeth + hiss(120) + wide + silence(400)
        let loud = try SoundVisemes.track(speech)
        let soft = try SoundVisemes.track(speech.map { $0 / 10 })
        #expect(loud.keyframes.map(\.shape) == soft.keyframes.map(\.shape))
        var dice = Dice(8)
        let noisy = speech.map { $0 + Float.random(in: -0.002...0.002, using: &dice) }
        try expect(noisy, shows: "XDABDX")
    }

    @Test func `a voice that never pauses is speech, and what is no number is silence`() throws {
        let long = Self.voice(4000, [(750, 1), (1150, 1), (2500, 0.3)])
        try expect(long, shows: "DX")
        let broken =
            [Float](repeating: .nan, count: 4800) + [.infinity, -.infinity] + [Float](repeating: 1e30, count: 4800)
        let track = try SoundVisemes.track(broken)
        #expect(track.keyframes.last?.shape == .rest)
    }

    @Test func `any sound gives a track without flicker that ends at rest`() throws {
        var dice = Dice(9)
        for _ in 0..<12 {
            var samples: [Float] = []
            for _ in 0..<20 {
                let length = Int.random(in: 15...200, using: &dice)
                switch Int.random(in: 0..<4, using: &dice) {
                case 0: samples += silence(length)
                case 1: samples += hiss(length)
                case 2: samples += teeth.prefix(ms(length))
                default: samples += wide.prefix(ms(length))
                }
            }
            let track = try SoundVisemes.track(samples)
            let again = try SoundVisemes.track(samples)
            let short = zip(track.keyframes, track.keyframes.dropFirst()).filter {
                $1.start - $0.start < ms(70) && !$0.shape.isTelling
            }
            #expect(track == again && short.isEmpty && track.end <= samples.count)
        }
    }

    @Test func `more than an hour is refused`() {
        let count = MouthTime.max + 1
        #expect(throws: VisemeError.badInput("there are \(count) samples, and \(MouthTime.max) are the most")) {
            try SoundVisemes.track([Float](repeating: 0, count: count))
        }
    }

    // MARK: A real voice

    /// None of them is among those by which the borders were found.
    private static let sentences = [
        "Public opinion about the new Bitcoin proposal may change before November.",
        "Many buyers paid premium prices, but sellers became impatient by midday.",
        "Please remember: a popular coin can drop by ninety percent in a moment.",
        "Bob Palmer and Amy Baker compare the best performing assets of the month.",
        "The board members hope to publish their plan for the bridge this evening.",
        "Someone moved a hundred million from an empty wallet to a big exchange.",
    ]

    @Test(.enabled(if: Flite.program != nil, "flite is not installed"))
    func `from the sound alone most closed lips of a real voice are shown`() throws {
        var (closures, shown, shapes, wrong) = (0, 0, 0, 0)
        var errors: [Double] = []
        for voice in ["slt", "rms", "awb", "kal16"] {
            var (voiceClosures, voiceShown) = (0, 0)
            for sentence in Self.sentences {
                let speech = try Flite.say(sentence, voice: voice)
                let track = try SoundVisemes.track(speech.samples)
                let measure = try VisemeMeasure(track, phones: speech.phones, timing: .closureWithin)
                voiceClosures += measure.closures
                voiceShown += measure.closuresShown
                shapes += measure.closedShapes
                wrong += measure.closedShapesWrong
                errors += measure.onsetErrors
            }
            print("measured: closed lips from the sound of \(voice): \(voiceShown) of \(voiceClosures)")
            (closures, shown) = (closures + voiceClosures, shown + voiceShown)
        }
        let mean = errors.reduce(0) { $0 + abs($1) } / Double(max(1, errors.count))
        print(
            "measured: in all \(shown) of \(closures); \(wrong) of \(shapes) closed shapes are of other sounds; \(mean) ms"
        )
        #expect(closures > 200 && Double(shown) >= 0.8 * Double(closures) && wrong * 2 < shapes)
    }

    @Test(.enabled(if: Flite.program != nil, "flite is not installed"), arguments: ["slt", "rms", "awb", "kal16"])
    func `from its phones all closed lips of a real voice are shown`(voice: String) throws {
        for sentence in Self.sentences {
            let speech = try Flite.say(sentence, voice: voice)
            let track = try PhoneVisemes.track(speech.phones, timing: .closureWithin)
            let measure = try VisemeMeasure(track, phones: speech.phones, timing: .closureWithin)
            print(
                "measured: \(voice), from phones: \(measure.closuresShown) of \(measure.closures);",
                "onsets \(measure.onsetErrors.count) of \(measure.onsets),",
                "mean \(measure.onsetErrorMean) ms, worst \(measure.onsetErrorWorst) ms"
            )
            #expect(measure.closuresShownShare == 1 && measure.closedShapesWrong == 0)
            #expect(measure.onsetErrorMean < 45 && measure.onsetErrorWorst > -125 && measure.onsetErrorWorst <= 60)
        }
    }

    @Test func `a minute of sound is quick`() throws {
        let minute = Array(
            [[Float]](repeating: wide + hiss(120) + silence(80) + teeth, count: 90).joined().prefix(60 * 48_000)
        )
        let clock = ContinuousClock()
        let time = try clock.measure { _ = try SoundVisemes.track(minute) }
        print("measured: \(minute.count / 48_000) s of sound to a track: \(time)")
        #expect(minute.count == 60 * 48_000)
    }
}
