import Media
import PlayoutLink

/// The `[onair]` section: who speaks, and how listeners come to hear it.
package struct OnAirConfig: ConfigSection {
    package enum Engine: String, ConfigChoice {
        /// A small program on this machine; English.
        case flite
        /// espeak-ng on this machine, by `cryptocall-speech`; many languages.
        case espeak
        case elevenlabs
        /// A server with OpenAI's speech interface.
        case openai
    }

    /// Who is asked to speak, in this order.
    package var engines: [Engine] = [.flite, .espeak]
    /// A tag such as `en`.
    package var language = "en"
    /// How fast hosts speak, as a factor.
    package var speed = 1.0
    /// The host's voice of each engine.
    package var fliteVoice = "slt"
    package var espeakVoice = "en-us+f3"
    package var elevenlabsBase = ElevenLabsEngine.base
    package var elevenlabsVoice = ""
    package var elevenlabsKey = Credential()
    package var openaiBase = ""
    package var openaiVoice = "alloy"
    package var openaiModel = "gpt-4o-mini-tts"
    package var openaiKey = Credential()
    /// How much speech is made before it is heard, in seconds.
    package var aheadSeconds = 15.0
    /// What is kept of speech that was made before.
    package var cacheMegabytes = 500
    /// Whether the daemon starts a playout where none answers, and ends it when it ends itself.
    package var startPlayout = false
    /// A WAV file that loops while nothing else plays; the station's own bed where there is none.
    package var bed = ""
    /// A WAV file that tells the station's name meanwhile; the station's own chime where there is none.
    package var ident = ""
    package var identEverySeconds = 180
    /// A WAV file that is heard before each part of the hour; nothing where there is none.
    package var jingle = ""
    /// How loud speech leaves, in LUFS; everything else goes with it.
    package var loudness = LoudnessSet.itemLUFS
    /// Whether listeners hear everything ten seconds later, so that the last words can be dropped.
    package var delay = false
    /// An Icecast server that gets the programme; none where this is empty.
    package var icecastHost = ""
    package var icecastPort = 8000
    package var icecastMount = "/live.aac"
    package var icecastUser = "source"
    package var icecastPassword = Credential()
    /// RTMP servers that get the programme, each `NAME URL` or `NAME URL CREDENTIAL`.
    package var push: [String] = []
    /// How many days hour files of the programme are kept; 0 records nothing.
    package var recordDays = 0
    /// More of them is not kept, whatever their age.
    package var recordMegabytes = 50_000
    /// How long transcripts are kept.
    package var transcriptsDays = 30

    package static var reloadableKeys: Set<String> {
        [
            "language", "speed", "flite_voice", "espeak_voice", "ahead_seconds", "bed", "ident", "ident_every_seconds",
            "jingle", "loudness", "delay", "transcripts_days",
        ]
    }

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.repeated("engines", engines.map(\.rawValue))
            + (engines.isEmpty ? [.invalid("engines", "must not be empty")] : [])
            + (Credential.isValid(name: language) ? [] : [.invalid("language", "must be a tag such as \"en\"")])
            + ConfigProblem.range("speed", speed, 0.5...2)
            + ConfigProblem.fliteVoice("flite_voice", fliteVoice)
            + ConfigProblem.oneLine("espeak_voice", espeakVoice, bytesMax: 64)
            + ConfigProblem.range("ahead_seconds", aheadSeconds, 2...120)
            + ConfigProblem.range("cache_megabytes", cacheMegabytes, 10...100_000)
            + ConfigProblem.range("loudness", loudness, LoudnessSet.range)
            + ConfigProblem.range("transcripts_days", transcriptsDays, 1...3650)
            + serviceProblems
            + outputProblems
    }

    /// The addresses of services that are to be asked.
    var bases: [String] {
        engines.compactMap { engine in
            switch engine {
            case .flite, .espeak: nil
            case .elevenlabs: elevenlabsBase
            case .openai: openaiBase
            }
        }
    }

    private var serviceProblems: [ConfigProblem] {
        var problems: [ConfigProblem] = []
        func check(_ path: ConfigPath, _ address: String, _ engine: Engine) {
            guard engines.contains(engine) || !address.isEmpty else { return }
            guard let url = URLText(address), ["http", "https"].contains(url.scheme) else {
                problems.append(.invalid(path, "must be an http or https URL"))
                return
            }
            if url.hasUserInfo { problems.append(.invalid(path, "must not hold a user or a password")) }
        }
        check("elevenlabs_base", elevenlabsBase, .elevenlabs)
        check("openai_base", openaiBase, .openai)
        if engines.contains(.elevenlabs), elevenlabsVoice.isEmpty {
            problems.append(.invalid("elevenlabs_voice", "must be the id of a voice"))
        }
        return problems
    }
}
