import Actors
import Bus
import Glibc
import HTTPClient
import Logging
import Media
import PlayoutLink
import Telemetry

/// How the station sounds: its voices, and the way to the playout.
final class OnAirDesk: Sendable {
    let station: Station
    let voices: VoiceChain
    let shelf: SpeechShelf
    let stream: StreamFolder
    private let transport: NewsTransport
    /// Where the settings send the programme.
    let targets: OutputTargets
    private let layout: DirectoryLayout
    /// What programs that are started here inherit.
    let environment: [String: String]

    /// Makes the voices; none of them has to be there.
    ///
    /// - Parameters:
    ///   - station: where all of it happens.
    ///   - loaded: the settings.
    ///   - environment: where credentials may be.
    ///   - redactor: hides them from logs.
    /// - Returns: the desk.
    /// - Throws: `CredentialError` for a key that cannot be read; `HTTPClientError`.
    static func make(
        _ station: Station,
        _ loaded: LoadedConfig,
        environment: [String: String],
        redactor: Redactor
    ) async throws -> OnAirDesk {
        let settings = loaded.configuration.onair
        let keys = try await offPool {
            Result { try OnAirKeys(loaded, environment: environment, redactor: redactor) }
        }.get()
        let transport = try NewsTransport(loaded.configuration, metrics: station.instruments.metrics)
        var cache: SpeechCache?
        do throws(SpeechError) {
            cache = try await SpeechCache.open(
                "\(loaded.layout.cacheDirectory)/speech",
                bytesMax: settings.cacheMegabytes * 1_000_000
            )
        } catch {
            Logger(label: "voice").warning("speech is not kept", metadata: [LogKey.reason: "\(error)"])
        }
        let engines = settings.engines.map { engine -> any SpeechEngine in
            switch engine {
            case .flite: FliteEngine(scratch: loaded.layout.cacheDirectory)
            case .espeak: EspeakEngine(program: OnAirDesk.neighbour("cryptocall-speech"))
            case .elevenlabs:
                ElevenLabsEngine(
                    key: keys.elevenlabs,
                    voice: settings.elevenlabsVoice,
                    base: settings.elevenlabsBase,
                    transport: transport,
                    now: station.now
                )
            case .openai:
                OpenAISpeechEngine(
                    base: settings.openaiBase,
                    key: keys.openai,
                    model: settings.openaiModel,
                    voice: settings.openaiVoice,
                    transport: transport,
                    now: station.now
                )
            }
        }
        return OnAirDesk(
            station,
            VoiceChain(engines, cache: cache),
            transport,
            OutputTargets(loaded.configuration, keys),
            loaded.layout,
            environment
        )
    }

    private init(
        _ station: Station,
        _ voices: VoiceChain,
        _ transport: NewsTransport,
        _ targets: OutputTargets,
        _ layout: DirectoryLayout,
        _ environment: [String: String]
    ) {
        self.station = station
        self.voices = voices
        self.transport = transport
        self.targets = targets
        self.layout = layout
        self.environment = environment
        // Where the playout looks for items, and where it puts what it sends.
        shelf = SpeechShelf(folder: "\(layout.stateDirectory)/audio")
        stream = StreamFolder("\(layout.stateDirectory)/stream")
        // A playout is on its way, or answers already.
        if station.settings.current.configuration.onair.startPlayout || access(socketPath, F_OK) == 0 {
            station.booth.expectVoice()
        }
    }

    func close() async { await transport.close() }

    /// A program of ours: beside this one where it is there, otherwise wherever `PATH` leads.
    static func neighbour(_ name: String) -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { return name }
        let own = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let slash = own.lastIndex(of: "/") else { return name }
        let path = "\(own[..<slash])/\(name)"
        return access(path, X_OK) == 0 ? path : name
    }

    /// Where the playout answers.
    var socketPath: String { "\(layout.runtimeDirectory)/playout.sock" }

    func link(_ client: String) throws -> PlayoutClient {
        try PlayoutClient(PlayoutClient.Settings(socketPath: socketPath, client: client))
    }

    /// What starts a playout that works for this station.
    var playoutArguments: [String] {
        [
            OnAirDesk.neighbour("cryptocall-playout"), "--state", layout.stateDirectory, "--runtime",
            layout.runtimeDirectory,
        ]
    }

    func speaker(_ context: ActorContext) throws -> SpeakerAgent {
        try SpeakerAgent(
            context: context,
            parts: SpeakerAgent.Parts(
                bus: station.bus,
                booth: station.booth,
                segments: station.segments,
                voices: voices,
                shelf: shelf,
                link: { [self] in try link("cryptocalld") },
                settings: { [station, targets] in
                    var settings = SpeakerSettings(station.settings.current.configuration)
                    settings.playout.isMuted = station.mute.isOn
                    settings.isOffAir = station.offAir.isOn
                    settings.playout.targets = targets
                    return settings
                },
                now: station.now,
                logger: Logger(label: "voice")
            )
        )
    }
}

/// Our keys at services that speak; hidden from every log from now on.
private struct OnAirKeys: Sendable {
    let elevenlabs: String?
    let openai: String?
    let icecast: String?
    /// Of each push target, in the order of the settings; empty for one that needs none.
    let push: [String]

    /// Blocks as long as reading small files takes.
    init(_ loaded: LoadedConfig, environment: [String: String], redactor: Redactor) throws(CredentialError) {
        let credentials = CredentialStore(layout: loaded.layout, environment: environment)
        func key(_ credential: Credential) throws(CredentialError) -> String? {
            guard let secret = try credentials.resolve(credential) else { return nil }
            secret.reveal { _ = redactor.register(secret: $0) }
            return secret.reveal { $0 }
        }
        elevenlabs = try key(loaded.configuration.onair.elevenlabsKey)
        openai = try key(loaded.configuration.onair.openaiKey)
        icecast = try key(loaded.configuration.onair.icecastPassword)
        push = try loaded.configuration.onair.pushTargets.map { target throws(CredentialError) in
            try key(target.key) ?? ""
        }
    }
}

extension SpeakerSettings {
    /// The settings of the moment.
    init(_ configuration: Configuration) {
        self.init()
        let settings = configuration.onair
        func add(_ name: String, _ voices: [String: String]) {
            let manner = VoiceManner(voices: voices.filter { !$0.value.isEmpty }, speed: settings.speed)
            personas[name] = VoicePersona(name: name, manner: manner)
        }
        // Services that speak have the first host's voice as their own.
        add(configuration.host.name, ["flite": settings.fliteVoice, "espeak": settings.espeakVoice])
        let cohost = configuration.cohost
        if !cohost.name.isEmpty {
            add(
                cohost.name,
                [
                    "flite": cohost.fliteVoice, "espeak": cohost.espeakVoice, "elevenlabs": cohost.elevenlabsVoice,
                    "openai": cohost.openaiVoice,
                ]
            )
        }
        language = settings.language
        ahead = .seconds(settings.aheadSeconds)
        jingle = settings.jingle.isEmpty ? nil : settings.jingle
        playout.isDelayed = settings.delay
        playout.loudness = LoudnessSet(speechLUFS: settings.loudness)
        playout.bed = BedSet(file: settings.bed.isEmpty ? nil : settings.bed)
        playout.ident = IdentSet(
            file: settings.ident.isEmpty ? nil : settings.ident,
            everySeconds: settings.identEverySeconds
        )
    }
}

extension OutputTargets {
    /// Where the settings send the programme, with the keys that this needs.
    fileprivate init(_ configuration: Configuration, _ keys: OnAirKeys) {
        self.init()
        let settings = configuration.onair
        if !settings.icecastHost.isEmpty {
            icecast = [
                Icecast(
                    host: settings.icecastHost,
                    port: UInt16(settings.icecastPort),
                    mount: settings.icecastMount,
                    user: settings.icecastUser,
                    password: keys.icecast ?? "",
                    name: configuration.station.name,
                    description: configuration.host.topic
                )
            ]
        }
        push = zip(settings.pushTargets, keys.push).map { Push(name: $0.name, url: $0.url, key: $1) }
        if settings.recordDays > 0 {
            recording = Recording(daysMax: settings.recordDays, megabytesMax: settings.recordMegabytes)
        }
    }
}
