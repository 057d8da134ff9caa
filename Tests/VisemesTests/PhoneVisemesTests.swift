import Testing
import Visemes

@Suite struct PhoneVisemesTests {
    private func made(_ text: String, _ timing: PhoneTiming = .closureWithin) throws -> String {
        VisemesTests.text(try PhoneVisemes.track(phones(text), timing: timing))
    }

    /// What shapes there are, without their times.
    private func shapes(_ text: String) throws -> String {
        String(try PhoneVisemes.track(phones(text), timing: .closureWithin).keyframes.map(\.shape.rawValue).joined())
    }

    private func expect(
        _ text: String,
        _ timing: PhoneTiming = .closureWithin,
        gives track: String,
        at place: SourceLocation = #_sourceLocation
    ) throws {
        let found = try made(text, timing)
        #expect(found == track, sourceLocation: place)
    }

    private func expect(_ text: String, shows letters: String, at place: SourceLocation = #_sourceLocation) throws {
        let found = try shapes(text)
        #expect(found == letters, sourceLocation: place)
    }

    // MARK: Shapes

    @Test(arguments: [
        ("P", "A"), ("B", "A"), ("M", "A"), ("F", "G"), ("V", "G"), ("TH", "B"), ("DH", "B"), ("T", "B"), ("D", "B"),
        ("N", "B"), ("K", "B"), ("G", "B"), ("NG", "B"), ("S", "B"), ("Z", "B"), ("SH", "B"), ("ZH", "B"), ("CH", "B"),
        ("JH", "B"), ("R", "B"), ("L", "B"), ("W", "F"), ("Y", "B"), ("IY", "B"), ("IH", "B"), ("EH", "C"), ("AE", "C"),
        ("AA", "D"), ("AO", "E"), ("UH", "F"), ("UW", "F"), ("AH", "C"), ("AX", "B"), ("AX", "B"), ("AH0", "C"),
        ("IY1", "B"),
    ])
    func `each sound has its shape`(sound: String, shape: String) throws {
        try expect("\(sound):150", shows: shape + "X")
    }

    @Test(arguments: [
        ("EY:150", "C0 B90 X150"), ("AY:190", "C0 B114 X190"), ("AY:200", "D0 B120 X200"), ("OY:200", "E0 B120 X200"),
        ("OW:200", "E0 F120 X200"), ("AW:290", "C0 E174 X290"), ("AW:300", "D0 E180 X300"),
    ])
    func `a diphthong is two shapes, 60 to 40`(sound: String, track: String) throws {
        // Into the second part it goes 40 ms early, as everywhere, but not before 70 ms.
        let starts = track.split(separator: " ").map(String.init)
        let found = try made(sound).split(separator: " ").map(String.init)
        #expect(found.count == starts.count && found.map(\.first) == starts.map(\.first))
        let (exact, shown) = (Int(starts[1].dropFirst()) ?? 0, Int(found[1].dropFirst()) ?? 0)
        #expect(shown == max(exact - 40, 70))
    }

    @Test func `vowels open further when they are long, and a short er is a schwa`() throws {
        try expect("AH:199", shows: "CX")
        try expect("AH:200", shows: "DX")
        try expect("L:199", shows: "BX")
        try expect("L:200", shows: "HX")
        try expect("ER:70", shows: "EX")
        try expect("AXR:70", shows: "EX")
        // One of 69 ms lets the mouth of its neighbour stand.
        try expect("S:100 ER:69 S:100", shows: "BX")
        try expect("S:100 ER:70 S:100", shows: "BEBX")
    }

    @Test func `a breath has the mouth of the next vowel`() throws {
        try expect("HH:100 AA:150", shows: "DX")
        try expect("HH:100 IY:150", shows: "BX")
        try expect("HH:100 OW:200", shows: "EFX")
        try expect("HH:100 Y:30 UW:150", shows: "FX")
        // Across a pause there is nothing to prepare for.
        try expect("HH:100 pau:400 AA:150", shows: "BXDX")
    }

    @Test func `sounds that leave the lips free take the shape beside them`() throws {
        try expect("S:100 UW:150 N:100", shows: "FBX")
        try expect("S:100 IY:150", shows: "BX")
        try expect("R:80 AO:150", shows: "EX")
        try expect("K:80 EH:120", shows: "CX")
        try expect("AX:100 EH:100", shows: "CX")
    }

    @Test func `several sounds share the time of one phone, and an unknown one is a little open`() throws {
        let pair = [TimedPhone(arpabet: ["AA", "M"], start: 0, end: ms(300))]
        let shared = text(try PhoneVisemes.track(pair, timing: .startAtRelease))
        #expect(shared == "D0 A110 X300")
        let unknown = [
            TimedPhone(arpabet: [], start: 0, end: ms(100)), TimedPhone(arpabet: ["?"], start: ms(100), end: ms(200)),
        ]
        let shown = text(try PhoneVisemes.track(unknown, timing: .closureWithin))
        #expect(shown == "B0 X200")
    }

    // MARK: Times

    @Test func `a shape is shown a frame early, but a closed mouth opens when it is heard to`() throws {
        try expect("AA:200 IY:200 M:100 AA:200", gives: "D0 B160 A360 D500 X700")
    }

    @Test func `where times include the closure, that is where the lips are closed`() throws {
        try expect("AA:200 P:100 AA:200", gives: "D0 A160 D300 X500")
    }

    @Test(arguments: [(60, 40), (100, 50), (200, 100), (300, 120)])
    func `where times start at the release, lips close before it`(before: Int, closure: Int) throws {
        let text = "pau:400 AA:\(before) P:60 IY:200"
        let track = try PhoneVisemes.track(phones(text), timing: .startAtRelease)
        let release = ms(400 + before)
        let closed = track.keyframes.firstIndex { $0.shape == .closed } ?? 0
        #expect(track.keyframes[closed + 1].start == release && track.keyframes[closed + 1].shape == .teeth)
        // Shown a frame early, or as long as it has to be.
        let start = track.keyframes[closed].start
        #expect(start <= release - ms(max(closure, 70)) && start >= release - ms(max(closure, 70) + 40))
        #expect(track.pose(at: release - 1).isClosed && !track.pose(at: release).isClosed)
    }

    @Test func `an m is closed for its own time, whatever the times of plosives mean`() throws {
        let text = "AA:200 M:100 AA:200"
        try expect(text, .closureWithin, gives: "D0 A160 D300 X500")
        try expect(text, .startAtRelease, gives: "D0 A160 D300 X500")
    }

    @Test func `f gives p half of its time when p tells only its release`() throws {
        try expect("AA:200 F:200 P:60 AA:200", .startAtRelease, gives: "D0 G160 A300 D400 X660")
        try expect("AA:200 F:200 T:60 AA:200", .startAtRelease, gives: "D0 G160 D400 X660")
    }

    @Test func `what collides within 70 ms is one shape: that with the longest share`() throws {
        try expect("AA:150 EH:30 IY:40 AA:150", shows: "DBDX")
        try expect("AA:150 EH:40 IY:30 AA:150", shows: "DCDX")
        // By itself a short one takes what its neighbours can spare, or is left out.
        try expect("AA:150 IY:50 AA:150", gives: "D0 B90 D160 X350")
        try expect("AA:150 IY:30 AA:150", gives: "D0 X330")
        try expect("AA:75 IY:50 AA:75", shows: "DX")
    }

    @Test func `p, b, m, f and v are never left out, and get their time`() throws {
        try expect("AA:150 B:20 AA:150", gives: "D0 A70 D170 X320")
        try expect("AA:150 V:20 AA:150", gives: "D0 G70 D170 X320")
        try expect("AA:150 M:20 V:20 AA:150", shows: "DAGDX")
        // Nothing is before it: it takes from what follows.
        try expect("B:12 AA:200", gives: "A0 D70 X212")
    }

    @Test(arguments: [
        (119, "D0 B279 X519"), (120, "D0 C160/60 B280 X520"), (350, "D0 C160/60 B510 X750"), (351, "D0 X200 B511 X751"),
    ])
    func `short pauses hold, longer ones relax, and long ones rest`(pause: Int, track: String) throws {
        try expect("AA:200 pau:\(pause) IY:200", gives: track)
    }

    @Test func `gaps between phones are pauses, and overlaps are cut`() throws {
        let gap = [
            TimedPhone(arpabet: ["AA"], start: ms(400), end: ms(600)),
            TimedPhone(arpabet: ["IY"], start: ms(1000), end: ms(1200)),
        ]
        let apart = text(try PhoneVisemes.track(gap, timing: .closureWithin))
        #expect(apart == "X0 D360 X600 B960 X1200")
        let overlap = [
            TimedPhone(arpabet: ["AA"], start: 0, end: ms(200)),
            TimedPhone(arpabet: ["IY"], start: ms(100), end: ms(300)),
        ]
        let cut = text(try PhoneVisemes.track(overlap, timing: .closureWithin))
        #expect(cut == "D0 B160 X300")
    }

    @Test func `nothing said is a mouth at rest`() throws {
        let nothing = try PhoneVisemes.track([], timing: .closureWithin)
        let pause = try PhoneVisemes.track(phones("pau:900"), timing: .startAtRelease)
        #expect(nothing == .still && text(pause) == "X0")
    }

    @Test func `phones out of order, too late or too many are refused`() {
        let back = [TimedPhone(arpabet: ["AA"], start: 10, end: 20), TimedPhone(arpabet: ["IY"], start: 5, end: 20)]
        #expect(throws: VisemeError.badInput("phone 1 from 5 to 20 is out of order, or too late")) {
            try PhoneVisemes.track(back, timing: .closureWithin)
        }
        let many = [TimedPhone](repeating: TimedPhone(arpabet: ["AA"], start: 0, end: 1), count: 16_385)
        #expect(throws: VisemeError.badInput("there are 16385 phones, and 16384 are the most")) {
            try PhoneVisemes.track(many, timing: .closureWithin)
        }
        #expect(throws: VisemeError.self) {
            try TimedPhone(arpabet: ["AA"], startSeconds: .nan, endSeconds: 1, isPause: false)
        }
        #expect(throws: VisemeError.self) {
            try TimedPhone(arpabet: ["AA"], startSeconds: -0.1, endSeconds: 1, isPause: false)
        }
    }

    @Test func `a sentence is shown as it was before`() throws {
        // "Bob pays five pounds", as flite's slt says it.
        let sentence = """
            pau:193 b:31 aa:193 b:51 p:122 ey:173 z:95 f:96 ay:135 v:50 p:93 aw:132 n:38 d:23 z:42 pau:217
            """
        try expect(
            sentence,
            gives: "X0 A114 D224 A377 C590 B660 G818 C954 G1029 A1139 C1232 E1302 B1372 B1442/60 X1684"
        )
    }
}
