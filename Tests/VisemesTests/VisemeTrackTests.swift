import Foundation
import Testing
import Visemes

@Suite struct VisemeTrackTests {
    private func track(_ frames: [(Int, MouthShape)]) throws -> VisemeTrack {
        try VisemeTrack(frames.map { Keyframe(start: ms($0.0), shape: $0.1) })
    }

    @Test func `a mouth pops open at once`() throws {
        let track = try track([(0, .rest), (100, .wide), (300, .rest)])
        #expect(track.pose(at: ms(100) - 1)[.rest] == 1000 && track.pose(at: ms(100))[.wide] == 1000)
        #expect(track.pose(at: ms(100)).openness == 1000 && track.pose(at: ms(99)).openness == 0)
    }

    @Test func `it closes through a shape between, and is closed in time`() throws {
        let track = try track([(0, .wide), (200, .closed), (300, .rest)])
        #expect(track.pose(at: ms(120))[.wide] == 1000)
        #expect(track.pose(at: ms(160))[.open] == 1000)
        let (early, late) = (track.pose(at: ms(140)), track.pose(at: ms(180)))
        #expect(early[.wide] == 500 && early[.open] == 500 && late[.open] == 500 && late[.closed] == 500)
        #expect(!track.pose(at: ms(190)).isClosed && track.pose(at: ms(200)).isClosed)
    }

    @Test(arguments: [(80, 40), (120, 60), (160, 80), (400, 80), (70, 35)])
    func `closing takes half of a shape's time, and 40 to 80 ms`(length: Int, way: Int) throws {
        let track = try track([(0, .open), (length, .closed), (length + 100, .rest)])
        #expect(track.pose(at: ms(length - way))[.open] == 1000)
        #expect(track.pose(at: ms(length - way) + 48)[.open] < 1000)
    }

    @Test func `a mouth turns round through a rounded one, both ways`() throws {
        let track = try track([(0, .open), (200, .puckered), (400, .wide), (600, .puckered), (800, .rest)])
        #expect([160, 360, 560].allSatisfy { track.pose(at: ms($0))[.rounded] == 1000 })
        #expect(track.pose(at: ms(400))[.wide] == 1000)
    }

    @Test func `the weights of a pose add up, wherever it is looked at`() throws {
        let frames = [
            Keyframe(start: 0, shape: .wide, weight: 73), Keyframe(start: ms(170), shape: .puckered, weight: 61),
            Keyframe(start: ms(301), shape: .lip), Keyframe(start: ms(402), shape: .rest),
        ]
        let track = try VisemeTrack(frames)
        for moment in stride(from: -1000, to: ms(500), by: 37) {
            let pose = track.pose(at: moment)
            let weights = MouthShape.allCases.map { pose[$0] }
            #expect(weights.reduce(0, +) == 1000 && weights.allSatisfy { $0 >= 0 })
        }
        #expect(
            track.pose(at: 0)[.wide] == 730 && track.pose(at: 0)[.rest] == 270 && track.pose(at: 0).dominant == .wide
        )
        #expect(track.pose(at: -5) == track.pose(at: 0) && track.pose(at: ms(9999)) == MouthPose(.rest))
    }

    @Test func `without the extra shapes there are others for them`() {
        #expect(MouthShape.lip.basic == .closed && MouthShape.tongue.basic == .open && MouthShape.rest.basic == .rest)
        #expect(MouthShape.allCases.map(\.rawValue).joined() == "ABCDEFGHX")
    }

    @Test func `a track has to begin at 0, to go on, and to end at rest`() {
        func fault(_ frames: [Keyframe]) -> String {
            do throws(VisemeError) {
                _ = try VisemeTrack(frames)
                return ""
            } catch {
                guard case .badTrack(let reason) = error else { return "another" }
                return reason
            }
        }
        let rest = Keyframe(start: 0, shape: .rest)
        #expect(fault([]) == "the first keyframe is not at 0")
        #expect(fault([Keyframe(start: 5, shape: .rest)]) == "the first keyframe is not at 0")
        #expect(fault([rest, Keyframe(start: 0, shape: .rest)]) == "keyframe 1 is not later than the one before")
        #expect(fault([Keyframe(start: 0, shape: .open)]) == "the last keyframe is not at rest")
        #expect(fault([Keyframe(start: 0, shape: .rest, weight: 0)]).hasPrefix("keyframe 0 has a weight of 0"))
        #expect(fault([rest, Keyframe(start: MouthTime.max + 1, shape: .rest)]).hasPrefix("it is longer than"))
        #expect(fault([Keyframe](repeating: rest, count: 65_537)).hasPrefix("there are 65537 keyframes"))
        #expect(fault([rest]).isEmpty)
    }

    // MARK: Coding

    private func encoded(_ track: VisemeTrack) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(track), as: UTF8.self)
    }

    private func decoded(_ text: String) throws -> VisemeTrack {
        try JSONDecoder().decode(VisemeTrack.self, from: Data(text.utf8))
    }

    @Test func `a track is written briefly, and read as it was`() throws {
        let plain = try track([(0, .rest), (100, .closed), (200, .wide), (300, .rest)])
        let written = try encoded(plain)
        #expect(written == #"{"lengths":[4800,4800,4800],"shapes":"XADX","version":1}"#)
        let weighted = try VisemeTrack([Keyframe(start: 0, shape: .open, weight: 60), Keyframe(start: 9, shape: .rest)])
        for track in [plain, weighted, .still] {
            let copy = try decoded(try encoded(track))
            #expect(copy == track)
        }
    }

    @Test(arguments: [
        (#"{"version":2,"shapes":"X","lengths":[]}"#, "version 2 is not known"),
        (#"{"version":1,"shapes":"","lengths":[]}"#, "there are 0 shapes, and not 1 to 65536"),
        (#"{"version":1,"shapes":"AQX","lengths":[1,1]}"#, "there is no shape with the letter \"Q\""),
        (#"{"version":1,"shapes":"AX","lengths":[]}"#, "lengths has not 1 numbers, as the shapes want it"),
        (#"{"version":1,"shapes":"AX","lengths":[1,1]}"#, "lengths has not 1 numbers, as the shapes want it"),
        (#"{"version":1,"shapes":"AX","lengths":[0]}"#, "lengths[0] is 0, and not within 1...172800000"),
        (#"{"version":1,"shapes":"AX","lengths":[-4]}"#, "lengths[0] is -4, and not within 1...172800000"),
        (#"{"version":1,"shapes":"XAX","lengths":[172800000,1]}"#, "it is longer than 172800000 samples"),
        (
            #"{"version":1,"shapes":"AX","lengths":[1],"weights":[100,101]}"#,
            "weights[1] is 101, and not within 1...100"
        ),
        (#"{"version":1,"shapes":"XA","lengths":[1]}"#, "the last keyframe is not at rest"),
    ])
    func `a damaged track is refused, and it is said why`(text: String, reason: String) {
        #expect(throws: VisemeError.badTrack(reason)) { try decoded(text) }
    }

    @Test func `a track with too many shapes is refused before they are read`() {
        let text = #"{"version":1,"shapes":"\#(String(repeating: "X", count: 65_537))","lengths":[]}"#
        #expect(throws: VisemeError.badTrack("there are 65537 shapes, and not 1 to 65536")) { try decoded(text) }
    }
}
