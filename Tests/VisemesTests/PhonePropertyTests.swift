import Foundation
import Testing
import Visemes

/// What holds for any row of sounds, however they follow one another.
@Suite struct PhonePropertyTests {
    private static let others = [
        "T", "D", "N", "K", "NG", "S", "SH", "TH", "R", "L", "W", "Y", "HH", "IY", "IH", "EH", "AE", "AA", "AO", "UW",
        "AH",
        "AX", "ER", "EY", "AY", "OY", "OW", "AW", "CH", "?",
    ]

    /// Sounds of 15 to 260 ms with pauses here and there; those that are read from lips last a frame at least, since
    /// nothing else can be seen for sure, and as long as they are told to.
    private func row(_ dice: inout Dice, lips: Int) -> [TimedPhone] {
        var start = 0
        return (0..<Int.random(in: 1...40, using: &dice)).map { _ in
            let kind = Int.random(in: 0..<10, using: &dice)
            let name =
                switch kind {
                case 0: ""
                case 1, 2: ["P", "B", "M"].randomElement(using: &dice) ?? "P"
                case 3: ["F", "V"].randomElement(using: &dice) ?? "F"
                default: Self.others.randomElement(using: &dice) ?? "T"
                }
            let least = kind == 0 ? 20 : kind < 4 ? lips : 15
            let length = Int.random(in: ms(least)...ms(kind == 0 ? 600 : 260), using: &dice)
            defer { start += length }
            return TimedPhone(arpabet: kind == 0 ? [] : [name], start: start, end: start + length, isPause: kind == 0)
        }
    }

    @Test(arguments: [PhoneTiming.closureWithin, .startAtRelease])
    func `every p, b and m has a frame with closed lips`(timing: PhoneTiming) throws {
        var dice = Dice(1)
        var closures = 0
        for _ in 0..<3000 {
            let phones = row(&dice, lips: timing == .closureWithin ? 40 : 80)
            let track = try PhoneVisemes.track(phones, timing: timing)
            let measure = try VisemeMeasure(track, phones: phones, timing: timing)
            closures += measure.closures
            guard measure.closuresShown == measure.closures else {
                Issue.record("\(measure.closuresShown) of \(measure.closures): \(phones) \(text(track))")
                return
            }
        }
        #expect(closures > 5000)
    }

    @Test func `where the closure is told, it is closed at every video clock`() throws {
        var dice = Dice(2)
        for _ in 0..<1000 {
            let phones = row(&dice, lips: 40)
            let track = try PhoneVisemes.track(phones, timing: .closureWithin)
            let offset = Int.random(in: 0..<MouthTime.frame, using: &dice)
            for phone in phones where ["P", "B", "M"].contains(phone.arpabet.first) {
                let first = phone.start + (offset - phone.start % MouthTime.frame + MouthTime.frame) % MouthTime.frame
                let frames = stride(from: first, to: phone.end, by: MouthTime.frame)
                guard frames.contains(where: { track.pose(at: $0).isClosed }) else {
                    Issue.record("\(phone) of \(phones): \(text(track))")
                    return
                }
            }
        }
    }

    @Test(arguments: [PhoneTiming.closureWithin, .startAtRelease])
    func `no shape is shorter than 70 ms but those that are read from lips, and the end is rest`(timing: PhoneTiming)
        throws
    {
        var dice = Dice(3)
        for _ in 0..<3000 {
            let phones = row(&dice, lips: 15)
            let track = try PhoneVisemes.track(phones, timing: timing)
            let frames = track.keyframes
            let end = phones.last?.end ?? 0
            var isGood = frames.last?.shape == .rest && frames.first?.start == 0 && track.end <= end
            for (frame, next) in zip(frames, frames.dropFirst()) {
                let length = next.start - frame.start
                // Of one alone in a track there is nothing to be joined with.
                let isWhole = frame.start == 0 && next.start >= end - MouthTime.frame
                if length < ms(70) && !frame.shape.isTelling && !isWhole { isGood = false }
                if length <= 0 || frame.shape == next.shape && frame.weight == next.weight { isGood = false }
            }
            guard isGood else {
                Issue.record("\(phones) \(text(track))")
                return
            }
        }
    }

    @Test func `each f and v of a frame or more is seen`() throws {
        var dice = Dice(4)
        for _ in 0..<2000 {
            let phones = row(&dice, lips: 40)
            let track = try PhoneVisemes.track(phones, timing: .closureWithin)
            let lips = phones.filter { ["F", "V"].contains($0.arpabet.first) }
            let isSeen = lips.allSatisfy { phone in
                zip(track.keyframes, track.keyframes.dropFirst()).contains {
                    $0.shape == .lip && $0.start < phone.end && $1.start > phone.start
                }
            }
            guard isSeen else {
                Issue.record("\(phones) \(text(track))")
                return
            }
        }
    }

    @Test func `the same phones give the same track, and it is read as it was written`() throws {
        var dice = Dice(5)
        for _ in 0..<200 {
            let phones = row(&dice, lips: 15)
            let (one, two) = (
                try PhoneVisemes.track(phones, timing: .startAtRelease),
                try PhoneVisemes.track(phones, timing: .startAtRelease)
            )
            let copy = try JSONDecoder().decode(VisemeTrack.self, from: JSONEncoder().encode(one))
            #expect(one == two && copy == one)
        }
    }

    @Test func `a measure sees what is missing, and what is late`() throws {
        let said = phones("pau:400 AA:200 M:120 AA:200 S:120 pau:400")
        let good = try PhoneVisemes.track(said, timing: .closureWithin)
        let measure = try VisemeMeasure(good, phones: said, timing: .closureWithin)
        #expect(measure.closures == 1 && measure.closuresShownShare == 1 && measure.closedShapesWrong == 0)
        #expect(measure.onsetErrors.count == measure.onsets && measure.onsetErrorWorst == -40)
        let late = try VisemeTrack(
            good.keyframes.map { Keyframe(start: $0.start == 0 ? 0 : $0.start + ms(100), shape: $0.shape) }
        )
        let bad = try VisemeMeasure(late, phones: said, timing: .closureWithin)
        #expect(bad.closuresShown == 1 && bad.onsetErrorWorst == 100)
        let none = try VisemeMeasure(.still, phones: phones("AA:100 P:100"), timing: .closureWithin)
        #expect(none.closuresShownShare == 1 && none.onsetErrors.count < none.onsets)
        let open = try VisemeTrack([Keyframe(start: 0, shape: .open), Keyframe(start: ms(900), shape: .rest)])
        let gone = try VisemeMeasure(open, phones: phones("AA:100 P:100"), timing: .closureWithin)
        #expect(gone.closures == 1 && gone.closuresShown == 0 && gone.closuresShownShare == 0)
        let wrong = try VisemeMeasure(good, phones: phones("AA:900"), timing: .closureWithin)
        #expect(wrong.closedShapes == 1 && wrong.closedShapesWrong == 1)
    }

    @Test func `a minute of phones is quick`() throws {
        var dice = Dice(6)
        var start = 0
        let minute = (0..<750).map { _ in
            defer { start += ms(80) }
            return TimedPhone(
                arpabet: [(Self.others + ["P", "F", "M"]).randomElement(using: &dice) ?? "T"],
                start: start,
                end: start + ms(80)
            )
        }
        let clock = ContinuousClock()
        let times = try (0..<5).map { _ in
            try clock.measure { _ = try PhoneVisemes.track(minute, timing: .closureWithin) }
        }
        print("measured: 60 s of phones to a track, best of five: \(times.min() ?? .zero)")
        let track = try PhoneVisemes.track(minute, timing: .closureWithin)
        #expect(track.keyframes.count > 300 && track.end > ms(59_000))
    }
}
