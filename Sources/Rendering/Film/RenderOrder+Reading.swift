import RenderWire

extension RenderOrder {
    private static let speechesMax = 100
    private static let titleCharactersMax = 500
    /// In milliseconds since 1970.
    private static let times: Range<Int64> = 0..<7_258_118_400_000

    /// - Throws: `RenderFault` with `.badOrder` that names the field.
    func check() throws(RenderFault) {
        try form.check()
        func refuse(_ problem: String) throws(RenderFault) { throw RenderFault(.badOrder, problem) }
        if title.count > RenderOrder.titleCharactersMax { try refuse("title: at most 500 characters") }
        if scenes.isEmpty || scenes.count > RenderOrder.scenesMax {
            try refuse("scenes: 1 to \(RenderOrder.scenesMax)")
        }
        if !folder.hasPrefix("/") || !cache.hasPrefix("/") { try refuse("folder, cache: must be whole paths") }
        if let teaser, teaser.lowerBound < 1 || teaser.upperBound > 600 { try refuse("teaser: 1 to 600 seconds") }
        if !["dark", "light"].contains(theme) { try refuse("theme: must be dark or light") }
        if folder.hasSuffix("/") || cache.hasSuffix("/") { try refuse("folder, cache: must not end with a slash") }
        if !RenderOrder.times.contains(producedAt) { try refuse("producedAt: must be a time until the year 2200") }
        for (index, scene) in scenes.enumerated() {
            let place = "scenes.\(index)"
            if scene.speeches.count > RenderOrder.speechesMax { try refuse("\(place).speeches: at most 100") }
            for speech in scene.speeches {
                if !scene.hosts.indices.contains(speech.host) {
                    try refuse("\(place).speeches: host \(speech.host) is not in the scene")
                }
                let moments =
                    speech.words.flatMap { [$0.start, $0.end] } + speech.phones.flatMap { [$0.start, $0.end] }
                if !moments.allSatisfy({ (0...RenderOrder.secondsMax * 1000).contains($0) }) {
                    try refuse("\(place).speeches: words and phones lie within \(RenderOrder.secondsMax) seconds")
                }
            }
            let silence = 0...60_000
            if !silence.contains(scene.leadMilliseconds) || !silence.contains(scene.tailMilliseconds) {
                try refuse("\(place): a minute of silence at most")
            }
            if scene.speeches.isEmpty, scene.leadMilliseconds + scene.tailMilliseconds == 0 {
                try refuse("\(place): nothing is said in it, so it needs a length")
            }
        }
    }

    /// The chapters, as scenes begin them.
    func chapters(on timeline: FilmTimeline) -> [RenderedFilm.Chapter] {
        zip(scenes, timeline.scenes).compactMap { scene, place in
            scene.chapter.map {
                RenderedFilm.Chapter(title: $0, milliseconds: timeline.milliseconds(ofFrame: place.frames.lowerBound))
            }
        }
    }

    /// The words of each speech of the film in order, each with its time in milliseconds of the film.
    func speeches(on timeline: FilmTimeline) -> [[SpokenWord]] {
        var speeches: [[SpokenWord]] = []
        for (index, scene) in scenes.enumerated() {
            for (place, speech) in scene.speeches.enumerated() {
                let start = timeline.start(ofSpeech: place, inScene: index) / 48
                speeches.append(
                    speech.words.map {
                        SpokenWord($0.text, $0.start + start, $0.end + start, endsSentence: $0.endsSentence)
                    }
                )
            }
        }
        return speeches
    }

    /// When each sentence is said, in milliseconds of the film.
    func sentences(on timeline: FilmTimeline) -> [Range<Int>] {
        var (sentences, start): ([Range<Int>], Int?) = ([], nil)
        for word in speeches(on: timeline).joined() {
            start = start ?? word.start
            guard word.endsSentence, let begin = start else { continue }
            sentences.append(begin..<max(begin, word.end))
            start = nil
        }
        return sentences
    }
}
