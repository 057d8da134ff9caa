import Media

/// The `[cohost]` section: who takes turns with the host.
package struct CohostConfig: ConfigSection {
    /// Empty where the host talks alone.
    package var name = "Rex"
    /// How he or she talks, in a few words for a model; may be empty.
    package var persona = "calm and dry, and fond of saying what a figure means"
    /// The voice of each engine; empty for that of the host, where a service speaks.
    package var fliteVoice = "rms"
    package var espeakVoice = "en-us+m3"
    package var elevenlabsVoice = ""
    package var openaiVoice = "onyx"

    package static var reloadableKeys: Set<String> { Set(ConfigEncoder.fields(of: Self()).map(\.name)) }

    package init() {}

    package func problems() -> [ConfigProblem] {
        (name.isEmpty ? [] : ConfigProblem.oneLine("name", name, bytesMax: 64))
            + (persona.isEmpty ? [] : ConfigProblem.oneLine("persona", persona, bytesMax: 200))
            + ConfigProblem.fliteVoice("flite_voice", fliteVoice)
            + ConfigProblem.oneLine("espeak_voice", espeakVoice, bytesMax: 64)
            + [("elevenlabs_voice", elevenlabsVoice), ("openai_voice", openaiVoice)].flatMap { path, voice in
                voice.isEmpty ? [] : ConfigProblem.oneLine(path, voice, bytesMax: 64)
            }
    }
}

extension ConfigProblem {
    /// None, or one problem where flite has no such voice.
    static func fliteVoice(_ path: ConfigPath, _ voice: String) -> [ConfigProblem] {
        guard FliteVoice(rawValue: voice) == nil else { return [] }
        return [
            .invalid(path, "must be one of \(FliteVoice.allCases.map(\.rawValue).joined(separator: ", "))")
        ]
    }
}
