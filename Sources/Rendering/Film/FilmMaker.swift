import Drawing
import Foundation
import Glibc
package import RenderWire

/// Makes a film of an order: draws what is new, puts scenes and sound together, and shows the whole under its name.
///
/// Blocks from the begin to the end, and is killed by whoever has no use for the film any more: nothing is seen of it then,
/// and scenes that were finished are not drawn again.
package struct FilmMaker {
    /// Makes the drawing of a scene.
    package typealias Drawing = (SceneOrder) throws(RenderFault) -> any SceneDrawing

    private let order: RenderOrder
    private let draft: String
    private let drawing: Drawing
    private let report: (RenderReport) -> Void

    /// - Parameters:
    ///   - order: what to make.
    ///   - drawing: makes pictures.
    ///   - report: told of progress.
    package init(_ order: RenderOrder, drawing: @escaping Drawing, report: @escaping (RenderReport) -> Void) {
        self.order = order
        draft = "\(order.folder).\(getpid()).part"
        self.drawing = drawing
        self.report = report
    }

    /// - Returns: what is there now; a film that was there already is not made again.
    /// - Throws: `RenderFault`.
    package func make() throws(RenderFault) -> RenderedFilm {
        if let film = RenderedFilm(in: order.folder) { return film }
        try order.check()
        makeFolder()
        defer { try? FileManager.default.removeItem(atPath: draft) }
        let timeline = try FilmTimeline(order.form, order.scenes, lengths: Narration.lengths(of: order.scenes))
        let narration = try Narration(order.scenes, on: timeline, to: path("narration.f32"))
        let scenes = order.scenes.indices.map {
            SceneOrder(
                order: order,
                scene: order.scenes[$0],
                place: timeline.scenes[$0],
                levels: narration.levels[$0]
            )
        }
        let store = try SceneStore(order.cache, sizeBytesMax: order.cacheSizeBytesMax)
        var film = RenderedFilm(
            form: order.form,
            frames: timeline.frameCount,
            film: "film.mp4",
            poster: "poster.png",
            captions: "captions.vtt",
            sheet: "sheet.png",
            chapters: order.chapters(on: timeline),
            drawnScenes: 0,
            scenes: scenes.count
        )
        let files = try draw(scenes, timeline, store, &film)
        try putTogether(files.map(\.film), timeline, narration, film)
        try addStills(files.map(\.still), film)
        try addCaptions(timeline, film)
        try addTeaser(timeline, &film)
        unlink(path("narration.f32"))
        try publish(film)
        return film
    }

    private func path(_ name: String) -> String { "\(draft)/\(name)" }

    private func makeFolder() {
        // What a killed run of the same number has left.
        try? FileManager.default.removeItem(atPath: draft)
        // Where it cannot be made, the first file says why.
        try? FileManager.default.createDirectory(atPath: draft, withIntermediateDirectories: true)
    }

    // MARK: Steps

    private func draw(
        _ scenes: [SceneOrder],
        _ timeline: FilmTimeline,
        _ store: SceneStore,
        _ film: inout RenderedFilm
    ) throws(RenderFault) -> [(film: String, still: String)] {
        var keys: [String] = []
        for scene in scenes { keys.append(try store.key(of: scene)) }
        store.thin(keeping: Set(keys))
        let filming = SceneFilming(form: order.form)
        var done = 0
        for (scene, key) in zip(scenes, keys) {
            let count = scene.place.frames.count
            if store.has(key) {
                done += count
            } else {
                let drawing = try drawing(scene)
                let still = try filming.film(
                    count,
                    drawing,
                    stillFrame: scene.stillFrame,
                    to: store.draft(key)
                ) {
                    done += 1
                    report(.progress(done: done, total: timeline.frameCount))
                }
                try store.keep(key, still: still)
                film.drawnScenes += 1
            }
            report(.progress(done: done, total: timeline.frameCount))
        }
        return keys.map { (store.path($0), store.still($0)) }
    }

    private func putTogether(
        _ scenes: [String],
        _ timeline: FilmTimeline,
        _ narration: Narration,
        _ film: RenderedFilm
    ) throws(RenderFault) {
        // A quote within quotes, as the list wants it; lines break nowhere in a path of ours. Lengths are told, since those
        // that ffmpeg works out are rounded to milliseconds.
        let list = zip(scenes, timeline.scenes).map { path, place in
            let microseconds = place.frames.count * 1_000_000 / order.form.framesPerSecond
            return "file '\(path.replacing("'", with: "'\\''"))'\nduration \(microseconds)us\n"
        }.joined()
        try DurableFile.write(Array("ffconcat version 1.0\n\(list)".utf8), to: path("scenes.txt"))
        let end = timeline.milliseconds(ofFrame: timeline.frameCount)
        let metadata = FilmEncoding.metadata(title: order.title, chapters: film.chapters, end: end)
        try DurableFile.write(Array(metadata.utf8), to: path("chapters.txt"))
        try VideoProgram(
            FilmEncoding.film(
                list: path("scenes.txt"),
                narration: path("narration.f32"),
                chapters: path("chapters.txt"),
                gain: narration.loudness.map { FilmEncoding.loudness - $0 } ?? 0,
                seconds: film.seconds,
                to: path(film.film)
            )
        ).complete()
        unlink(path("scenes.txt"))
        unlink(path("chapters.txt"))
    }

    private func addStills(_ files: [String], _ film: RenderedFilm) throws(RenderFault) {
        let stills = Stills(form: order.form, files: files)
        try DurableFile.write(try stills.poster(), to: path(film.poster))
        try DurableFile.write(try stills.sheet(), to: path(film.sheet))
    }

    private func addCaptions(_ timeline: FilmTimeline, _ film: RenderedFilm) throws(RenderFault) {
        try DurableFile.write(Array(FilmCaptions(order, timeline).webVTT.utf8), to: path(film.captions))
    }

    private func addTeaser(_ timeline: FilmTimeline, _ film: inout RenderedFilm) throws(RenderFault) {
        let sentences = order.sentences(on: timeline)
        guard let wish = order.teaser, let frames = TeaserPlan.frames(sentences, wish, of: timeline) else { return }
        try VideoProgram(
            FilmEncoding.part(frames, of: path(film.film), order.form, to: path("teaser.mp4"))
        ).complete()
        film.teaser = "teaser.mp4"
        film.teaserFrames = frames
    }

    private func publish(_ film: RenderedFilm) throws(RenderFault) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        guard let bytes = try? encoder.encode(film) else { throw RenderFault(.files, "film.json cannot be written") }
        for name in [film.film, film.teaser].compactMap(\.self) { try DurableFile.sync(path(name)) }
        try DurableFile.write(Array(bytes), to: path(RenderedFilm.file))
        try DurableFile.publish(draft, as: order.folder)
    }
}

extension RenderedFilm {
    /// The film that lies in a folder; `nil` where there is none.
    package init?(in folder: String) {
        guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(RenderedFilm.file)"),
            let film = try? JSONDecoder().decode(RenderedFilm.self, from: bytes)
        else { return nil }
        self = film
    }
}
