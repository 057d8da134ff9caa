import Bus
import RenderWire

extension FilmScript.Form {
    var filmForm: FilmForm {
        switch self {
        case .hd720: .hd720
        case .hd1080: .hd1080
        }
    }
}

extension RenderOrder {
    /// What the renderer is told of a film: a plain value of what was ordered, said and looked up.
    init(
        _ film: UUIDv7,
        _ script: FilmScript,
        said: [[SaidSentence]],
        figures: [(chart: RenderChart?, ticker: [RenderFigure])],
        at producedAt: Timestamp,
        hosts: (String) -> FilmHost,
        shelf: FilmShelf,
        settings: FilmSettings
    ) {
        let work = shelf.workPath(of: film)
        let scenes = script.scenes.indices.map { index in
            let scene = script.scenes[index]
            let host = hosts(scene.host)
            var drawn = RenderScene(
                layout: scene.layout ?? (scene.chart == nil ? "oneHost" : "hostWithChart"),
                hosts: [
                    RenderHost(
                        figure: scene.host,
                        style: scene.style.rawValue,
                        mood: scene.mood.rawValue,
                        name: host.name,
                        role: host.role
                    )
                ],
                speeches: said[index].map { $0.speech(in: work) }
            )
            drawn.chapter = scene.chapter
            drawn.topic = scene.topic ?? ""
            drawn.chart = figures[index].chart
            drawn.ticker = figures[index].ticker
            return drawn
        }
        self.init(
            form: script.form.filmForm,
            title: script.title,
            scenes: scenes,
            folder: shelf.path(of: film),
            cache: settings.cache
        )
        self.producedAt = producedAt.milliseconds
        station = settings.station
        callAddress = settings.callAddress
        if let theme = script.theme { self.theme = theme }
        teaser = script.teaser.map { $0.from...$0.to }
        cacheSizeBytesMax = settings.cacheSizeBytesMax
    }

    /// How long it is at least, in seconds: what is said and the silence around it.
    var secondsMin: Int {
        scenes.reduce(0) { sum, scene in
            sum + scene.leadMilliseconds + scene.tailMilliseconds
                + scene.speeches.reduce(0) { $0 + ($1.words.last?.end ?? 0) }
        } / 1000
    }

    /// Whether all sounds that it names are there; blocks.
    func hasItsFiles(_ isThere: (String) -> Bool) -> Bool {
        scenes.allSatisfy { $0.speeches.allSatisfy { isThere($0.file) } }
    }
}
