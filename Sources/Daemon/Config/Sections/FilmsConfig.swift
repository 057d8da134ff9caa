import Films

/// The `[films]` section: films that are made on this machine.
package struct FilmsConfig: ConfigSection {
    /// Where they lie; empty for `films` in the state folder.
    package var folder = ""
    /// How many that have ended are kept.
    package var keepCount = 200
    /// How much room all of them may take.
    package var keepGigabytes = 20
    /// How much room scenes may take that are kept for the next film.
    package var cacheGigabytes = 2
    /// A renderer that draws no further frame for so long is ended.
    package var stallSeconds = 60
    /// How often a film may fail before it has failed for good.
    package var failuresMax = 3
    /// How many words a film may have.
    package var wordsMax = FilmScript.wordsMax
    /// How many films of one account may wait or be under way.
    package var openMax = 20

    package static var reloadableKeys: Set<String> {
        Set(ConfigEncoder.fields(of: Self()).map(\.name)).subtracting(["folder"])
    }

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("keep_count", keepCount, 1...10_000)
            + ConfigProblem.range("keep_gigabytes", keepGigabytes, 1...100_000)
            + ConfigProblem.range("cache_gigabytes", cacheGigabytes, 0...10_000)
            + ConfigProblem.range("stall_seconds", stallSeconds, 5...3600)
            + ConfigProblem.range("failures_max", failuresMax, 1...20)
            + ConfigProblem.range("words_max", wordsMax, 1...FilmScript.wordsMax)
            + ConfigProblem.range("open_max", openMax, 1...1000)
            + (folder.isEmpty || folder.hasPrefix("/") ? [] : [.invalid("folder", "must be a whole path, or empty")])
    }
}
