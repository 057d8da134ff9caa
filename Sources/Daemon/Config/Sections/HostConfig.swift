/// The `[host]` section: who talks, and how often.
package struct HostConfig: ConfigSection {
    package var name = "Nova"
    /// How he or she talks, in a few words for a model; may be empty.
    package var persona = "warm and quick, with a liking for plain words"
    /// Seconds from the beginning of one segment to that of the next.
    package var segmentSeconds = 10.0
    /// What the talk is about, in a few words.
    package var topic = "the crypto markets"

    package static var reloadableKeys: Set<String> { ["name", "persona", "segment_seconds", "topic"] }

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.oneLine("name", name, bytesMax: 64)
            + (persona.isEmpty ? [] : ConfigProblem.oneLine("persona", persona, bytesMax: 200))
            + ConfigProblem.range("segment_seconds", segmentSeconds, 0.1...3600)
            + ConfigProblem.oneLine("topic", topic, bytesMax: 200)
    }
}
