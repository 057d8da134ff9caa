/// What the program tells while it works: one of these in each line of its output.
package enum RenderReport: Codable, Hashable, Sendable {
    /// Frames that are there, of all; those of scenes that were kept count at once.
    case progress(done: Int, total: Int)
    case done(RenderedFilm)
    case failed(RenderFault)
}

/// A film that is made, as it lies in its folder.
package struct RenderedFilm: Codable, Hashable, Sendable {
    package struct Chapter: Codable, Hashable, Sendable {
        package var title: String
        package var milliseconds: Int

        package init(title: String, milliseconds: Int) {
            self.title = title
            self.milliseconds = milliseconds
        }
    }

    package var form: FilmForm
    package var frames: Int
    /// Names of files in the folder.
    package var film: String
    package var poster: String
    package var captions: String
    package var sheet: String
    package var teaser: String?
    /// What of the film the teaser is, in frames.
    package var teaserFrames: Range<Int>?
    package var chapters: [Chapter]
    /// Scenes that had to be drawn; the others were kept from before.
    package var drawnScenes: Int
    package var scenes: Int

    package init(
        form: FilmForm,
        frames: Int,
        film: String,
        poster: String,
        captions: String,
        sheet: String,
        chapters: [Chapter],
        drawnScenes: Int,
        scenes: Int
    ) {
        self.form = form
        self.frames = frames
        self.film = film
        self.poster = poster
        self.captions = captions
        self.sheet = sheet
        self.chapters = chapters
        self.drawnScenes = drawnScenes
        self.scenes = scenes
    }

    package var seconds: Double { Double(frames) / Double(form.framesPerSecond) }
    /// The file beside the others that this is kept in.
    package static let file = "film.json"
}
