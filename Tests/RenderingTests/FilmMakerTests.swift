import Drawing
import Foundation
import RenderWire
import Rendering
import TestKit
import Testing

/// White for the frames in which a sound is heard, black otherwise.
private final class Flash: SceneDrawing {
    private let order: SceneOrder
    init(_ order: SceneOrder) { self.order = order }

    func draw(_ frame: Int, on canvas: Canvas) throws(RenderFault) {
        let samplesPerFrame = 48_000 / order.order.form.framesPerSecond
        let sample = frame * samplesPerFrame
        let isHeard = order.place.speeches.contains { $0.lowerBound <= sample && sample < $0.upperBound }
        canvas.clear(isHeard ? Color(1, 1, 1) : Color(0, 0, 0))
    }
}

@Suite struct FilmMakerTests {
    private static let form = FilmForm(width: 320, height: 180, framesPerSecond: 25)

    /// A tone of so many milliseconds.
    private func tone(_ milliseconds: Int, in folder: TemporaryFolder, _ name: String) throws -> String {
        var data = Data()
        func append<Value: FixedWidthInteger>(_ value: Value) {
            withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
        }
        let count = milliseconds * 48
        data.append(contentsOf: Array("RIFF".utf8))
        append(UInt32(36 + count * 2))
        data.append(contentsOf: Array("WAVEfmt ".utf8))
        append(UInt32(16))
        append(UInt16(1))
        append(UInt16(1))
        append(UInt32(48_000))
        append(UInt32(96_000))
        append(UInt16(2))
        append(UInt16(16))
        data.append(contentsOf: Array("data".utf8))
        append(UInt32(count * 2))
        for index in 0..<count { append(Int16(8000 * (index / 24 % 2 == 0 ? 1 : -1))) }
        let path = folder.path(name)
        try data.write(to: URL(filePath: path))
        return path
    }

    private func order(_ folder: TemporaryFolder) throws -> RenderOrder {
        var scenes: [RenderScene] = []
        for index in 0..<3 {
            let file = try tone(1000, in: folder, "\(index).wav")
            let words = [SpokenWord("Beep", 0, 500), SpokenWord("beep.", 500, 1000, endsSentence: true)]
            var scene = RenderScene(
                layout: "oneHost",
                hosts: [RenderHost(figure: "nobody", name: "Nobody")],
                speeches: [RenderSpeech(host: 0, file: file, words: words)]
            )
            scene.chapter = "Part \(index)"
            // A whole number of frames, so that light and sound begin together.
            scene.leadMilliseconds = 320
            scene.tailMilliseconds = 280
            scenes.append(scene)
        }
        var order = RenderOrder(
            form: Self.form,
            title: "Beeps; = # \\ and flashes",
            scenes: scenes,
            folder: folder.path("film"),
            cache: folder.path("cache")
        )
        order.teaser = 3...4
        return order
    }

    private func make(_ order: RenderOrder) throws -> (film: RenderedFilm, reports: [RenderReport]) {
        var reports: [RenderReport] = []
        let film = try FilmMaker(order, drawing: { Flash($0) }) { reports.append($0) }.make()
        return (film, reports)
    }

    private func probe(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self)
    }

    @Test func `a film has its frames, chapters, captions, stills and teaser, and is not made twice`() throws {
        let folder = try TemporaryFolder()
        let order = try order(folder)
        let (film, reports) = try make(order)
        #expect(film.frames == 120 && film.drawnScenes == 3 && film.chapters.count == 3)
        #expect(reports.last == .progress(done: 120, total: 120))
        let names = try FileManager.default.contentsOfDirectory(atPath: order.folder).sorted()
        #expect(names == ["captions.vtt", "film.json", "film.mp4", "poster.png", "sheet.png", "teaser.mp4"])
        #expect(film.teaserFrames == 0..<78)
        let facts = try probe([
            "ffprobe", "-v", "error", "-count_frames", "-show_entries",
            "stream=codec_name,nb_read_frames,start_time,r_frame_rate:chapter=start_time:chapter_tags=title:format_tags=title",
            "-of", "default=nw=1", "\(order.folder)/film.mp4",
        ])
        for fact in ["codec_name=h264", "nb_read_frames=120", "codec_name=aac", "Part 2", "Beeps; = # \\ and flashes"] {
            #expect(facts.contains(fact), "\(facts)")
        }
        let again = try make(order)
        #expect(again.film == film && again.reports.isEmpty)
    }

    @Test func `a scene that has not changed is not drawn again`() throws {
        let folder = try TemporaryFolder()
        var order = try order(folder)
        _ = try make(order)
        order.folder = folder.path("second")
        order.scenes[1].topic = "Another one"
        let second = try make(order).film
        #expect(second.drawnScenes == 1)
        #expect(second.frames == 120)
    }

    @Test func `light and sound come at the same moment`() throws {
        let folder = try TemporaryFolder()
        let order = try order(folder)
        _ = try make(order)
        let seen = try probe([
            "ffmpeg", "-hide_banner", "-nostats", "-i", "\(order.folder)/film.mp4", "-vf",
            "blackdetect=d=0.05:pix_th=0.1", "-af", "silencedetect=n=-40dB:d=0.1", "-f", "null", "-",
        ])
        func times(_ name: String) -> [Double] {
            seen.split(separator: name).dropFirst().compactMap {
                Double($0.prefix { "0123456789.".contains($0) })
            }
        }
        let (light, sound) = (times("black_end:"), times("silence_end: "))
        #expect(light.prefix(3) == [0.32, 1.92, 3.52] && sound.count >= 3, "\(seen)")
        for (light, sound) in zip(light.prefix(3), sound) { #expect(abs(light - sound) < 0.002, "\(light) \(sound)") }
    }

    @Test func `what cannot be made says why, and leaves nothing`() throws {
        let folder = try TemporaryFolder()
        var missing = try order(folder)
        missing.scenes[1].speeches[0].file = folder.path("nothing.wav")
        #expect(throws: RenderFault.self) { try make(missing) }
        var other = try order(folder)
        other.scenes[0].speeches[0].host = 3
        #expect(throws: RenderFault(.badOrder, "scenes.0.speeches: host 3 is not in the scene")) { try make(other) }
        var far = try order(folder)
        far.scenes[2].speeches[0].words[0].end = .max
        #expect(throws: RenderFault(.badOrder, "scenes.2.speeches: words and phones lie within 3600 seconds")) {
            try make(far)
        }
        var strange = try order(folder)
        strange.theme = "night"
        #expect(throws: RenderFault(.badOrder, "theme: must be dark or light")) { try make(strange) }
        var odd = try order(folder)
        odd.form = FilmForm(width: 321, height: 180, framesPerSecond: 25)
        #expect(throws: RenderFault.self) { try make(odd) }
        #expect(!FileManager.default.fileExists(atPath: missing.folder))
    }
}
