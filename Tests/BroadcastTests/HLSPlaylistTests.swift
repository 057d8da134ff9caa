import Broadcast
import Bus
import Foundation
import Testing

struct HLSPlaylistTests {
    private static let noon = Timestamp("2026-11-01T12:00:00Z") ?? Timestamp(nanoseconds: 0)
    private static let segmentSamples: Int64 = 94 * 1024

    /// A station that publishes, and the checker that watches it.
    private struct Station {
        var playlist: HLSPlaylist
        var checker = HLSChecker()
        var captions = HLSChecker(needsMap: false)
        var now = HLSPlaylistTests.noon
        var files: Set<String> = ["start-1.mp4", "start-2.mp4"]

        init(window: Int = 12, first: Int64 = 0) {
            playlist = HLSPlaylist(targetSeconds: 2, windowSeconds: window, firstSequence: first)
        }

        mutating func publish(
            _ samples: Int64 = HLSPlaylistTests.segmentSamples,
            isDiscontinuity: Bool = false,
            map: String = "start-1.mp4",
            after: Duration = .milliseconds(2005),
            isLate: Bool = false
        ) {
            now = now.advanced(by: after)
            let segment = playlist.append(
                samples: samples,
                capturedAt: now.advanced(by: .seconds(-2)),
                isDiscontinuity: isDiscontinuity,
                map: map,
                byteCount: 32_000,
                now: now
            )
            files.insert(HLSPlaylist.Rendition.audio.fileName(segment.sequence))
            files.insert(HLSPlaylist.Rendition.captions.fileName(segment.sequence))
            for old in playlist.takeExpired(at: now) {
                for rendition in HLSPlaylist.Rendition.allCases { files.remove(rendition.fileName(old.sequence)) }
            }
            observe(isLate: isLate)
        }

        mutating func observe(isLate: Bool = false) {
            checker.observe(playlist.text(.audio), at: now, files: files, isLate: isLate)
            captions.observe(playlist.text(.captions), at: now, files: files, isLate: isLate)
        }
    }

    @Test func `the text is as the RFC wants it`() {
        var playlist = HLSPlaylist(targetSeconds: 2, windowSeconds: 6, firstSequence: 41)
        for _ in 0..<2 {
            playlist.append(
                samples: Self.segmentSamples,
                capturedAt: Self.noon,
                isDiscontinuity: false,
                map: "start-1.mp4",
                byteCount: 32_000,
                now: Self.noon
            )
        }
        playlist.append(
            samples: 48_000,
            capturedAt: Self.noon.advanced(by: .seconds(10)),
            isDiscontinuity: true,
            map: "start-2.mp4",
            byteCount: 16_000,
            now: Self.noon
        )
        #expect(
            playlist.text(.audio) == """
                #EXTM3U
                #EXT-X-VERSION:7
                #EXT-X-TARGETDURATION:2
                #EXT-X-MEDIA-SEQUENCE:41
                #EXT-X-DISCONTINUITY-SEQUENCE:0
                #EXT-X-INDEPENDENT-SEGMENTS
                #EXT-X-MAP:URI="start-1.mp4"
                #EXT-X-PROGRAM-DATE-TIME:2026-11-01T12:00:00.000Z
                #EXTINF:2.00533,
                audio-41.m4s
                #EXT-X-PROGRAM-DATE-TIME:2026-11-01T12:00:02.004Z
                #EXTINF:2.00533,
                audio-42.m4s
                #EXT-X-DISCONTINUITY
                #EXT-X-MAP:URI="start-2.mp4"
                #EXT-X-PROGRAM-DATE-TIME:2026-11-01T12:00:10.000Z
                #EXTINF:1.00000,
                audio-43.m4s

                """
        )
        #expect(
            playlist.masterText(codec: "mp4a.40.2", bitsPerSecond: 128_000, captions: "en") == """
                #EXTM3U
                #EXT-X-VERSION:7
                #EXT-X-INDEPENDENT-SEGMENTS
                #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="Captions",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,\
                FORCED=NO,URI="captions.m3u8"
                #EXT-X-STREAM-INF:BANDWIDTH=128000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2",SUBTITLES="captions"
                audio.m3u8

                """
        )
    }

    @Test func `a day with restarts breaks no rule`() throws {
        var station = Station(first: 100)
        var random = SystemRandomNumberGenerator()
        for index in 0..<3000 {
            if index % 101 == 100 {
                // The process starts again from what it stored, after a while off the air.
                let stored = try JSONEncoder().encode(station.playlist)
                station.playlist = try JSONDecoder().decode(HLSPlaylist.self, from: stored)
                station.playlist.markNext()
                station.publish(after: .seconds(Int.random(in: 3...40, using: &random)), isLate: true)
            } else if index % 13 == 12 {
                // The encoder starts again in the middle of a segment.
                station.publish(Int64.random(in: 50...93, using: &random) * 1024)
                station.publish(isDiscontinuity: true, map: index % 2 == 0 ? "start-1.mp4" : "start-2.mp4")
            } else {
                station.publish()
            }
        }
        #expect(station.checker.problems == [])
        #expect(station.captions.problems == [])
        #expect(station.playlist.discontinuitySequence > 200)
        #expect(station.files.count < 50)
    }

    @Test func `the checker finds each broken rule`() {
        func problems(_ change: (inout Station) -> Void) -> [String] {
            var station = Station()
            for _ in 0..<20 { station.publish() }
            change(&station)
            return station.checker.problems
        }
        #expect(problems { _ in }.isEmpty)
        func altered(_ from: String, _ to: String) -> [String] {
            problems {
                let text = $0.playlist.text(.audio).replacing(from, with: to)
                $0.checker.observe(text, at: $0.now.advanced(by: .seconds(2)))
            }
        }
        #expect(altered("TARGETDURATION:2", "TARGETDURATION:3") == ["the target duration changed"])
        #expect(
            altered("#EXT-X-DISCONTINUITY-SEQUENCE:0", "#EXT-X-DISCONTINUITY-SEQUENCE:1").first?.contains("changed")
                == true
        )
        #expect(altered("#EXT-X-MAP:URI=\"start-1.mp4\"\n", "").contains("audio-19.m4s has no EXT-X-MAP"))
        #expect(altered("2.00533", "2.60000").contains("audio-19.m4s is longer than the target duration"))
        #expect(altered("#EXT-X-INDEPENDENT-SEGMENTS\n", "").contains("EXT-X-INDEPENDENT-SEGMENTS is missing"))
        #expect(altered("#EXTM3U", "#EXT").first?.hasPrefix("not a playlist") == true)
        #expect(
            altered("audio-18.m4s\n", "audio-18.m4s\n#EXT-X-ENDLIST\n") == ["does not belong there: #EXT-X-ENDLIST"]
        )
        #expect(problems { $0.publish(after: .seconds(8)) }.contains { $0.hasPrefix("a version came") })
        #expect(problems { $0.publish(after: .milliseconds(200)) }.contains { $0.hasPrefix("a version came") })
        #expect(
            problems {
                $0.files.remove("audio-12.m4s")
                $0.observe()
            } == ["audio-12.m4s went too early"]
        )
        #expect(
            problems {
                let sequence = $0.playlist.mediaSequence
                $0.files.remove("audio-\(sequence).m4s")
                $0.publish()
                $0.publish()
            }.contains { $0.contains("went too early") || $0.contains("is listed and not there") }
        )
        #expect(
            problems {
                $0.playlist = HLSPlaylist(targetSeconds: 2, windowSeconds: 6, firstSequence: 0)
                $0.publish()
            }.contains("the media sequence went back")
        )
    }

    @Test func `nothing is removed while less than three target durations would be left`() {
        var station = Station(window: 1)
        for _ in 0..<4 { station.publish() }
        #expect(station.playlist.segments.count == 3)
        #expect(station.playlist.totalSamples >= 6 * 48_000)
        #expect(station.checker.problems == [])
    }

    @Test func `removed segments can be fetched for their own length and that of the longest list`() {
        var station = Station()
        for _ in 0..<7 { station.publish() }
        // 6 segments are listed, 12.03 s; the first left the list now.
        #expect(station.playlist.segments.count == 6)
        let left = station.now
        #expect(station.playlist.takeExpired(at: left.advanced(by: .seconds(14))).isEmpty)
        #expect(station.playlist.takeExpired(at: left.advanced(by: .seconds(16))).map(\.sequence) == [0])
    }

    @Test func `a clock that is set back by an hour keeps no file for an hour`() {
        var station = Station()
        for _ in 0..<7 { station.publish() }
        let back = station.now.advanced(by: .seconds(-3600))
        #expect(station.playlist.takeExpired(at: back).isEmpty)
        #expect(station.playlist.takeExpired(at: back.advanced(by: .seconds(17))).map(\.sequence) == [0])
    }

    @Test func `program dates follow a clock that was set without a step that players see`() {
        var station = Station()
        station.publish()
        station.now = station.now.advanced(by: .seconds(-5))
        for _ in 0..<10 { station.publish() }
        let times = station.playlist.segments.map(\.time)
        for (before, after) in zip(times, times.dropFirst()) {
            let step = before.duration(to: after)
            #expect(step > .milliseconds(2003) && step < .milliseconds(2007))
        }
    }

    @Test func `numbers begin beyond those of a playlist that was forgotten`() {
        let before = HLSPlaylist.firstSequence(at: Self.noon)
        let after = HLSPlaylist.firstSequence(at: Self.noon.advanced(by: .seconds(3600)))
        #expect(before > 0)
        // 1800 segments in that hour.
        #expect(after >= before + 1800)
    }
}
