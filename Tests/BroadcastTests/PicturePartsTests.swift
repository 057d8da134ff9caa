import Broadcast
import Bus
import Testing

struct PicturePartsTests {
    private let start = VideoStart(
        bytes: [1],
        width: 1280,
        height: 720,
        configuration: [1, 0x64, 0, 0x1F, 0xFF, 0xE1, 0]
    )

    /// A frame whose unit is a slice of a refresh, or of none.
    private func frame(_ number: Int64, isKey: Bool) -> VideoFrame {
        VideoFrame(number: number, bytes: [0, 0, 0, 2, isKey ? 0x65 : 0x41, 7])
    }

    private func frames(_ numbers: Range<Int64>, keys: Set<Int64> = []) -> [VideoFrame] {
        numbers.map { frame($0, isKey: $0 % PictureClock.keyEvery == 0 || keys.contains($0)) }
    }

    @Test func `the grid is whole frames of picture and of sound`() {
        #expect(PictureClock.samplesPerFrame == 1920)
        #expect(PictureClock.gridSamples == 46_080)
        #expect(PictureClock.gridSamples % EncodedFrame.samples == 0)
        #expect(PictureClock.firstFrame(at: 1920) == 1)
        #expect(PictureClock.firstFrame(at: 1921) == 2)
    }

    @Test func `a codec is named by profile, constraints and level`() {
        #expect(start.codecName == "avc1.64001f")
    }

    @Test func `a frame that depends on none is known by its units, whatever stands before`() {
        #expect(frame(0, isKey: true).isKey)
        #expect(!frame(1, isKey: false).isKey)
        let withHead = VideoFrame(number: 0, bytes: [0, 0, 0, 2, 9, 16, 0, 0, 0, 1, 0x67, 0, 0, 0, 2, 0x65, 1])
        #expect(withHead.isKey)
        let broken = VideoFrame(number: 0, bytes: [0xFF, 0xFF, 0xFF, 0xFF, 0x41])
        #expect(!broken.isKey)
    }

    @Test func `what is seen is fresh, repeated for half a second, and then the card`() {
        #expect(FrameChoice(100, newest: 100, isNew: true, hasCard: true) == .fresh)
        #expect(FrameChoice(101, newest: 100, isNew: false, hasCard: true) == .repeated)
        #expect(FrameChoice(112, newest: 100, isNew: false, hasCard: true) == .repeated)
        #expect(FrameChoice(113, newest: 100, isNew: false, hasCard: true) == .standby)
        #expect(FrameChoice(500, newest: 100, isNew: false, hasCard: false) == .repeated)
        #expect(FrameChoice(1, newest: nil, isNew: false, hasCard: true) == .standby)
        #expect(FrameChoice(1, newest: nil, isNew: false, hasCard: false) == .nothing)
    }

    @Test func `a place is the renderer's until it says that its picture is finished`() {
        var slots = PictureSlots()
        let (first, second) = (slots.order(10), slots.order(11))
        let third = slots.order(12)
        #expect(first != nil && second != nil && first != second)
        #expect(third == nil)
        let early = slots.take(for: 12)
        #expect(early == nil)
        let answers = [slots.finish(first ?? 9), slots.finish(first ?? 9), slots.finish(3), slots.finish(200)]
        #expect(answers == [true, false, false, false])
        _ = slots.finish(second ?? 9)
        let before = slots.take(for: 9)
        #expect(before == nil)
        let newest = slots.take(for: 11)
        #expect(newest?.frame == 11)
        #expect(slots.late == 1)
        #expect(slots.ordered == 0)
    }

    @Test func `a new life goes on where the one before broke off, unless that is too long ago`() {
        var timeline = VideoTimeline()
        var first = timeline.begin(due: 1000)
        #expect(first == 1000)
        for _ in 0..<5 { timeline.feed() }
        var out = (0..<3).map { _ in timeline.take() }
        #expect(out == [1000, 1001, 1002])
        first = timeline.begin(due: 1030)
        #expect(first == 1003)
        out = [timeline.take()]
        #expect(out == [nil])
        first = timeline.begin(due: 1003 + 126)
        #expect(first == 1129)
        #expect(timeline.lost == 126)
        #expect(timeline.run == 3)
    }

    @Test func `a segment of picture is that of sound on the grid, and none is missing off it`() {
        var cutter = PictureCutter()
        cutter.append(frames(0..<48), start)
        let open = cutter.cut(0..<92_160, isLate: false)
        #expect(open == .wait)
        cutter.append(frames(48..<130), start)
        let whole = cutter.cut(0..<92_160, isLate: false)
        #expect(whole == .frames(frames(0..<48), start))
        // Sound that was cut short: up to the next frame that depends on none, and from there on.
        let short = cutter.cut(92_160..<100_352, isLate: false)
        #expect(short == .frames(frames(48..<72), start))
        let next = cutter.cut(100_352..<184_320, isLate: false)
        #expect(next == .frames(frames(72..<96), start))
        // Nothing begins in it.
        let none = cutter.cut(185_000..<190_000, isLate: false)
        #expect(none == .gap)
        let waits = cutter.cut(190_000..<276_480, isLate: false)
        #expect(waits == .wait)
        let late = cutter.cut(190_000..<276_480, isLate: true)
        #expect(late == .gap)
    }

    @Test func `a segment in which frames are missing is a gap`() {
        var cutter = PictureCutter()
        cutter.append(frames(0..<20), start)
        cutter.append(frames(24..<49), start)
        let cut = cutter.cut(0..<92_160, isLate: false)
        #expect(cut == .gap)
    }

    @Test(.enabled(if: FFmpegProgram.isInstalled, "ffmpeg is not installed"))
    func `sound is cut on the grid, also after an encoder that was started anew off it`() throws {
        let sound = try EncodedTone.shared.get().start
        var builder = SegmentBuilder(targetSeconds: 2, firstSeconds: 1, grid: PictureClock.gridSamples)
        var built: [BuiltSegment] = []
        func feed(_ numbers: Range<Int64>, run: Int) {
            for number in numbers {
                let frame = EncodedFrame(start: number * 1024, bytes: [1], time: .now, run: run)
                built += builder.append(frame, sound)
            }
        }
        feed(0..<150, run: 1)
        feed(150..<500, run: 2)
        #expect(built.map(\.samples).prefix(2) == [46_080, 92_160])
        #expect(built[2].samples == Int64(150 - 135) * 1024)
        #expect(built[3].isDiscontinuity)
        let longest = Int64(48_000 * 2 + 23_999)
        #expect(built.allSatisfy { $0.samples <= longest })
        for segment in built.dropFirst(3) {
            #expect(((segment.frames.last?.end ?? 1) % PictureClock.gridSamples) == 0)
            #expect(segment.samples > 46_080)
        }
    }

    // MARK: Playlists

    private func sound(_ count: Int, discontinuityAt mark: Int? = nil) -> HLSPlaylist {
        var list = HLSPlaylist(targetSeconds: 2, windowSeconds: 6, firstSequence: 10)
        for index in 0..<count {
            list.append(
                samples: 92_160,
                capturedAt: Timestamp(seconds: 1_800_000_000).advanced(by: .milliseconds(1920 * index)),
                isDiscontinuity: index == mark,
                map: "start-10.mp4",
                byteCount: 30_000,
                now: Timestamp(seconds: 1_800_000_000)
            )
        }
        return list
    }

    private func picture(_ sound: HLSPlaylist.Segment, isGap: Bool = false) -> PicturePlaylist.Segment {
        PicturePlaylist.Segment(
            sequence: sound.sequence,
            samples: sound.samples,
            time: sound.time,
            isDiscontinuity: sound.isDiscontinuity,
            map: isGap ? nil : "video-start-11.mp4",
            byteCount: isGap ? 0 : 480_000
        )
    }

    @Test func `the list of pictures has the numbers and discontinuities of the sound, and gaps`() {
        let list = sound(4, discontinuityAt: 2)
        var video = PicturePlaylist(targetSeconds: 2)
        video.append(picture(list.segments[1]), following: list)
        video.append(picture(list.segments[2], isGap: true), following: list)
        video.append(picture(list.segments[3]), following: list)
        #expect(
            video.text == """
                #EXTM3U
                #EXT-X-VERSION:8
                #EXT-X-TARGETDURATION:2
                #EXT-X-MEDIA-SEQUENCE:11
                #EXT-X-DISCONTINUITY-SEQUENCE:0
                #EXT-X-INDEPENDENT-SEGMENTS
                #EXT-X-MAP:URI="video-start-11.mp4"
                #EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:01.920Z
                #EXTINF:1.92000,
                video-11.m4s
                #EXT-X-DISCONTINUITY
                #EXT-X-GAP
                #EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:03.840Z
                #EXTINF:1.92000,
                gap-12.m4s
                #EXT-X-MAP:URI="video-start-11.mp4"
                #EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:05.760Z
                #EXTINF:1.92000,
                video-13.m4s

                """
        )
        #expect(video.meanBitsPerSecond == 2_000_000)
    }

    @Test func `the list of pictures lets go what that of the sound has let go, and keeps the files for their time`() {
        let early = sound(4, discontinuityAt: 1)
        var video = PicturePlaylist(targetSeconds: 2)
        for segment in early.segments { video.append(picture(segment), following: early) }
        let now = Timestamp(seconds: 1_800_000_100)
        let late = sound(7, discontinuityAt: 1)
        video.follow(late, now: now)
        #expect(video.segments.map(\.sequence) == [13])
        #expect(video.discontinuitySequence == late.discontinuitySequence)
        let soon = video.takeExpired(at: now.advanced(by: .seconds(5)))
        #expect(soon.isEmpty)
        let later = video.takeExpired(at: now.advanced(by: .seconds(12)))
        #expect(later.map(\.sequence) == [10, 11, 12])
        // What was away for longer than the window begins anew.
        video.follow(sound(40), now: now)
        #expect(video.segments.isEmpty)
    }

    @Test func `a picture is named while there is one, and one gap does not take it away`() {
        let list = sound(4)
        var video = PicturePlaylist(targetSeconds: 2)
        #expect(!video.isToBeListed(wasListed: false))
        video.append(picture(list.segments[0]), following: list)
        #expect(video.isToBeListed(wasListed: false))
        video.append(picture(list.segments[1], isGap: true), following: list)
        #expect(video.isToBeListed(wasListed: true))
        #expect(!video.isToBeListed(wasListed: false))
        video.append(picture(list.segments[2], isGap: true), following: list)
        #expect(!video.isToBeListed(wasListed: true))
    }

    @Test func `the master playlist names sound alone first, and the picture with that sound`() {
        let list = sound(3)
        let alone = list.masterText(codec: "mp4a.40.2", bitsPerSecond: 128_000, captions: "en")
        #expect(!alone.contains("TYPE=AUDIO") && !alone.contains("video"))
        let variant = PictureVariant(
            codec: "avc1.64001f",
            width: 1280,
            height: 720,
            peakBitsPerSecond: 2_400_000,
            meanBitsPerSecond: 2_000_000
        )
        let both = list.masterText(codec: "mp4a.40.2", bitsPerSecond: 128_000, captions: "en", picture: variant)
        #expect(
            both == """
                #EXTM3U
                #EXT-X-VERSION:7
                #EXT-X-INDEPENDENT-SEGMENTS
                #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="Captions",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="captions.m3u8"
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Programme",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio.m3u8"
                #EXT-X-STREAM-INF:BANDWIDTH=128000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2",SUBTITLES="captions"
                audio.m3u8
                #EXT-X-STREAM-INF:BANDWIDTH=2528000,AVERAGE-BANDWIDTH=2128000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="sound",SUBTITLES="captions"
                video.m3u8

                """
        )
    }
}
