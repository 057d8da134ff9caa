import Drawing
import Foundation
import Puppets
import Testing

@Suite struct PuppetMotionTests {
    private static let speaking = PuppetScript(cues: [.init(at: 0, state: .speaking)])

    /// Syllables of a fifth of a second, and pauses between sentences.
    private static func talk(isQuestion: Bool = false) throws -> VoiceTrack {
        let energy = (0..<1000).map { index -> Float in
            let time = Double(index) / 50
            let isPause = time.truncatingRemainder(dividingBy: 5) > 4
            return isPause ? 0 : Float(0.35 + 0.3 * sin(time * 2 * .pi * 4.5))
        }
        let sentences = (0..<4).map {
            VoiceTrack.Sentence(start: Double($0) * 5, end: Double($0) * 5 + 4, isQuestion: isQuestion)
        }
        return try #require(VoiceTrack(rate: 50, energy: energy, sentences: sentences))
    }

    /// The moments at which lids have just closed.
    private static func blinks(_ motion: PuppetMotion, _ script: PuppetScript, seconds: Double) -> [Double] {
        var (times, isClosed) = ([Double](), false)
        for step in 0..<Int(seconds * 100) {
            let time = Double(step) / 100
            let lids = motion.pose(at: time, script).lids
            if lids > 0.8, !isClosed { times.append(time) }
            isClosed = lids > (isClosed ? 0.4 : 0.8)
        }
        return times
    }

    @Test func `the pose depends on seed and time, not on what was asked before`() throws {
        let script = PuppetScript(cues: [.init(at: 1, state: .speaking, mood: .happy)], voice: try Self.talk())
        let times = (0..<200).map { Double($0) * 0.037 }
        let forward = times.map { PuppetMotion(seed: 7).pose(at: $0, script) }
        let motion = PuppetMotion(seed: 7)
        let backward = times.reversed().map { motion.pose(at: $0, script) }
        #expect(forward == backward.reversed())
        #expect(forward != times.map { PuppetMotion(seed: 8).pose(at: $0, script) })
    }

    @Test(arguments: [UInt64(1), 2, 3]) func `eyes blink every two to six seconds, and at times twice`(seed: UInt64) {
        let times = Self.blinks(PuppetMotion(seed: seed), Self.speaking, seconds: 240)
        let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
        let (doubles, singles) = (gaps.filter { $0 < 0.5 }, gaps.filter { $0 >= 0.5 })
        #expect(singles.allSatisfy { $0 > 1.6 && $0 < 6.1 })
        #expect(!doubles.isEmpty && doubles.count * 2 < singles.count)
        #expect((50...62).contains(singles.count))
    }

    @Test func `a blink takes about 150 milliseconds`() throws {
        let motion = PuppetMotion(seed: 5)
        let time = try #require(Self.blinks(motion, Self.speaking, seconds: 8).first)
        let shut = (-200..<300).filter { motion.pose(at: time + Double($0) / 1000, Self.speaking).lids > 0.02 }
        #expect((120...180).contains(shut.count))
    }

    @Test func `sentences often end with a blink`() throws {
        let script = PuppetScript(cues: Self.speaking.cues, voice: try Self.talk())
        let ends = (1...20).flatMap { seed in
            let blinks = Self.blinks(PuppetMotion(seed: UInt64(seed)), script, seconds: 20)
            return [4.0, 9, 14, 19].map { end in blinks.contains { $0 > end && $0 < end + 0.4 } }
        }
        let share = Double(ends.count { $0 }) / Double(ends.count)
        #expect(share > 0.55 && share < 0.9)
    }

    @Test func `nothing but eyes moves fast, whatever changes`() throws {
        let cues = [PuppetState.listening, .thinking, .speaking, .listening].enumerated().map { index, state in
            PuppetScript.Cue(at: Double(index) * 2 + 1, state: state, mood: PuppetMood.allCases[index + 1])
        }
        let (motion, script) = (PuppetMotion(seed: 11), PuppetScript(cues: cues, voice: try Self.talk()))
        var last = motion.pose(at: 0, script)
        for step in 1..<1000 {
            let next = motion.pose(at: Double(step) / 100, script)
            let most = [
                next.turn - last.turn, next.tilt - last.tilt, next.nod - last.nod, next.sway - last.sway,
                next.smile - last.smile, next.leftBrow.up - last.leftBrow.up, next.breath - last.breath,
            ].map(abs).max()
            let fastest = try #require(most)
            #expect(fastest < 0.08, "\(step)")
            last = next
        }
    }

    @Test func `cues that come at once end where the last one leads`() {
        let cues = PuppetMood.allCases.map { PuppetScript.Cue(at: 3, state: .speaking, mood: $0) }
        let (motion, time) = (PuppetMotion(seed: 3), 5.0)
        let last = PuppetScript(cues: [.init(at: 0, state: .speaking, mood: .skeptical)])
        #expect(motion.pose(at: time, PuppetScript(cues: cues)).leftBrow == motion.pose(at: time, last).leftBrow)
    }

    @Test func `who thinks looks aside, who speaks mostly into the camera`() {
        func share(_ state: PuppetState) -> Double {
            let (motion, script) = (PuppetMotion(seed: 4), PuppetScript(cues: [.init(at: -9, state: state)]))
            let looks = (0..<2000).map { motion.pose(at: Double($0) / 10, script).gaze }
            return Double(looks.count { abs($0.x) < 0.15 && abs($0.y) < 0.15 }) / Double(looks.count)
        }
        #expect(share(.speaking) > 0.7 && share(.listening) > 0.7 && share(.thinking) < 0.2)
    }

    @Test func `questions raise brows, and statements end with a nod`() throws {
        func pose(_ isQuestion: Bool, at time: Double) throws -> PuppetPose {
            let voice = try Self.talk(isQuestion: isQuestion)
            return PuppetMotion(seed: 1).pose(at: time, PuppetScript(cues: Self.speaking.cues, voice: voice))
        }
        let (asked, told) = (try pose(true, at: 4.1), try pose(false, at: 4.1))
        #expect(asked.leftBrow.up > told.leftBrow.up + 0.5 && told.nod > asked.nod + 0.3)
        // Within a sentence nothing tells them apart.
        let (asking, telling) = (try pose(true, at: 7), try pose(false, at: 7))
        #expect(asking == telling)
    }

    @Test func `a head moves more with a voice than without`() throws {
        func range(_ voice: VoiceTrack) -> Double {
            let script = PuppetScript(cues: Self.speaking.cues, voice: voice)
            let nods = (0..<400).map { PuppetMotion(seed: 9).pose(at: Double($0) / 100, script).nod }
            return (nods.max() ?? 0) - (nods.min() ?? 0)
        }
        let (loud, silent) = (range(try Self.talk()), range(.silence))
        #expect(loud > silent + 0.15)
    }

    @Test func `breath goes in, is held, and goes out in 2,7 seconds`() {
        let breaths = (0..<270).map { PuppetMotion(seed: 2).pose(at: Double($0) / 100, Self.speaking).breath }
        let held = breaths.count { $0 > 0.999 }
        let rising = zip(breaths, breaths.dropFirst()).count { $1 > $0 }
        #expect((48...60).contains(held) && (112...124).contains(rising))
        let later = PuppetMotion(seed: 2).pose(at: 1.5 + 27, Self.speaking).breath
        #expect(abs(later - breaths[150]) < 1e-9)
    }

    @Test func `nonsense does no harm`() throws {
        let motion = PuppetMotion(seed: 0)
        #expect(motion.pose(at: .nan, Self.speaking) == PuppetPose())
        #expect(motion.pose(at: 1e300, Self.speaking) == motion.pose(at: 1e300, Self.speaking))
        #expect(VoiceTrack(rate: 10, energy: []) == nil && VoiceTrack(rate: 101, energy: []) == nil)
        let voice = try #require(VoiceTrack(rate: 25, energy: [.nan, 7, -3]))
        #expect(voice.energy == [0, 1, 0])
        var pose = PuppetPose()
        (pose.turn, pose.lids, pose.smile) = (7, -2, .infinity)
        #expect(pose.bounded.turn == 1 && pose.bounded.lids == 0 && pose.bounded.smile == 0)
    }
}
