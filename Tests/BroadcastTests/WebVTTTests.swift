import Broadcast
import Foundation
import Testing

struct WebVTTTests {
    @Test func `cues are those of the segment, with times that all segments agree on`() {
        let cues = [
            CaptionCue(start: 0, end: 48_000, text: "before"),
            CaptionCue(start: 90_000, end: 144_000, text: "reaches in"),
            CaptionCue(start: 144_000, end: 192_000, text: "second <b>&\nline"),
            CaptionCue(start: 400_000, end: 500_000, text: "after"),
        ]
        #expect(
            WebVTT.segment(start: 96_000, end: 192_000, cues: cues) == """
                WEBVTT
                X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000

                00:00:01.875 --> 00:00:03.000
                reaches in

                00:00:03.000 --> 00:00:04.000
                second &lt;b&gt;&amp;
                line

                """
        )
    }

    @Test func `later segments count from a minute before themselves, and MPEG time wraps`() {
        let cue = CaptionCue(start: 48_000 * 100, end: 48_000 * 102, text: "x")
        let text = WebVTT.segment(start: 48_000 * 100, end: 48_000 * 102, cues: [cue])
        #expect(text.contains("MPEGTS:3600000,"))
        #expect(text.contains("00:01:00.000 --> 00:01:02.000"))
        let day = Int64(48_000 * 86_400 * 2)
        let late = WebVTT.segment(start: day, end: day + 96_000, cues: [])
        #expect(
            late
                == "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:\((Int64(86_400 * 2 - 60) * 90_000) % (1 << 33)),LOCAL:00:00:00.000\n"
        )
    }

    @Test(arguments: [
        ("a\n\n\nb", "a\nb"), ("x --> y", "x --&gt; y"), ("\r\n \u{2028}", ""), ("tab\u{0}\u{1B}[31m", "tab[31m"),
        ("é🎙", "é🎙"),
    ]) func `text ends no cue and begins none`(text: String, written: String) {
        let segment = WebVTT.segment(start: 0, end: 96_000, cues: [CaptionCue(start: 0, end: 48_000, text: text)])
        let body = segment.components(separatedBy: "00:00:00.000 --> 00:00:01.000\n").dropFirst().first ?? ""
        #expect(body == (written.isEmpty ? "" : written + "\n"))
    }

    @Test func `a text is cut to a bound`() {
        let cue = CaptionCue(start: 0, end: 48_000, text: String(repeating: "é", count: 5000))
        #expect(WebVTT.segment(start: 0, end: 96_000, cues: [cue]).utf8.count < 1200)
    }
}
