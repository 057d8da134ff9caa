import API
import Bus
import Domain
import HTTPClient
import Market
import Sentiment
import SentimentServices
import Telemetry
import Threading

/// Who says what texts mean, and what is known of the market's mood, for everybody in the station who asks.
final class SentimentDesk: Sendable {
    let station: Station
    let transport: NewsTransport
    private let models: ModelDesk
    private let market: @Sendable () -> MarketSource?
    private let readFiles: @Sendable (LoadedConfig) throws -> SentimentFiles
    private let chain: Mutex<SentimentChain>
    private let builtin: Mutex<any SentimentClassifier>
    private let board: Mutex<MoodBoard>
    private let stopwatch = Stopwatch(ContinuousClock())
    private let bell = Bell()

    /// Blocks as long as reading small files takes.
    ///
    /// - Parameters:
    ///   - station: where all of it happens.
    ///   - models: those that can judge texts.
    ///   - market: who tells the index of the mood; `nil` while recorded candles are played.
    ///   - loaded: the settings.
    ///   - environment: where credentials may be.
    ///   - redactor: hides them from logs.
    /// - Throws: `CredentialError` for a key that cannot be read; `SentimentError` for a model file that is none;
    ///   `HTTPClientError`.
    init(
        _ station: Station,
        models: ModelDesk,
        market: @escaping @Sendable () -> MarketSource?,
        _ loaded: LoadedConfig,
        environment: [String: String],
        redactor: Redactor
    ) throws {
        self.station = station
        self.models = models
        self.market = market
        readFiles = { try SentimentFiles($0, environment: environment, redactor: redactor) }
        transport = try NewsTransport(loaded.configuration, metrics: station.instruments.metrics)
        let files = try readFiles(loaded)
        chain = Mutex(SentimentChain(loaded.configuration, files: files, transport: transport, models: models))
        builtin = Mutex(files.builtin)
        board = Mutex(MoodBoard(at: station.now()))
    }

    /// Hosts, services and keys change with the next question.
    var part: SettingsControl.Part {
        SettingsControl.Part(name: "news and sentiment") { [self] loaded in
            let files = try await offPool { [readFiles] in Result { try readFiles(loaded) } }.get()
            try await transport.replace(with: loaded.configuration)
            let next = SentimentChain(loaded.configuration, files: files, transport: transport, models: models)
            chain.withLock { $0 = next }
            builtin.withLock { $0 = files.builtin }
            bell.ring()
        }
    }

    var config: SentimentConfig { station.settings.current.configuration.sentiment }

    // MARK: Texts

    /// Classifies texts of the station's own; the emergency stop has only the program itself asked, which costs nothing.
    ///
    /// - Throws: `SentimentError` with `.tooMuch`.
    func classifyOwn(_ texts: [String]) async throws(SentimentError) -> [SentimentAnswer] {
        guard !station.mute.isOn else { return try await builtin.withLock { $0 }.classify(texts) }
        return try await classify(texts).answers
    }

    /// - Throws: `SentimentError` with `.tooMuch`.
    func classify(_ texts: [String]) async throws(SentimentError) -> SentimentChain.Answer {
        let answer = try await chain.withLock { $0 }.classify(texts)
        let metrics = station.instruments.metrics
        for text in answer.answers { metrics.counter(.sentimentTexts, text.method).increment() }
        for one in answer.passedOver { metrics.counter(.sentimentPassedOver, one.method).increment() }
        return answer
    }

    // MARK: Mood

    var settings: MoodBoard.Settings {
        let config = config
        var settings = MoodBoard.Settings()
        settings.every = .seconds(config.indexSeconds)
        settings.unavailable = indexLack
        return settings
    }

    /// Decides something; `body` must not block.
    func decide<Result: Sendable>(
        _ body: (inout MoodBoard, MoodBoard.Settings, Timestamp) -> Result
    ) -> Result {
        let (settings, now) = (settings, station.now())
        return board.withLock { body(&$0, settings, now) }
    }

    /// New news are there, so their mood is another.
    func newsCame() {
        isWanted.withLock { $0 = true }
        bell.ring()
    }

    private let isWanted = Mutex(false)

    /// Whether the mood of the news is to be reckoned again before its time.
    func takeWish() -> Bool {
        isWanted.withLock { wanted in
            defer { wanted = false }
            return wanted
        }
    }

    /// How long a reload goes unnoticed at most.
    private static let silenceMax: Duration = .seconds(10)

    /// Waits until something may be due; not long in any case.
    ///
    /// - Throws: `CancellationError`.
    func wait() async throws { try await bell.wait(until: stopwatch.elapsed + SentimentDesk.silenceMax, on: stopwatch) }

    /// Why nobody can be asked for the index; `nil` when somebody can.
    private var indexLack: String? {
        guard let market = market() else { return "recorded candles are played, so nobody is asked" }
        let members = market.pools.filter { $0.category == .sentiment }.flatMap(\.members)
        return members.isEmpty ? "nobody is a member of the pool sentiment" : nil
    }

    /// - Throws: `NoSourceError` when nobody answers.
    func fearGreed() async throws(NoSourceError) -> (reading: FearGreedReading, source: String)? {
        guard let told = try await market()?.fearGreed(count: 1) else { return nil }
        return told.value.readings.first.map { ($0, told.source) }
    }
}
