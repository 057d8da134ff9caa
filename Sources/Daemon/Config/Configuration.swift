/// The whole configuration: one property for each section of the file.
package struct Configuration: ConfigSection {
    package var station = StationConfig()
    package var log = LogConfig()
    package var bus = BusConfig()
    package var store = StoreConfig()
    package var jobs = JobsConfig()
    package var zeromq = ZeroMQConfig()
    package var http = HTTPConfig()
    package var limits = LimitsConfig()
    package var webhooks = WebhooksConfig()
    package var identity = IdentityConfig()
    package var credits = CreditsConfig()
    package var llm = LLMConfig()
    package var chat = ChatConfig()
    package var trends = TrendsConfig()
    package var news = NewsConfig()
    package var sentiment = SentimentConfig()
    package var alerts = AlertsConfig()
    package var client = ClientConfig()
    package var market = MarketConfig()
    package var chains = ChainsConfig()
    package var governance = GovernanceConfig()
    package var oracle = OracleConfig()
    package var host = HostConfig()
    package var cohost = CohostConfig()
    package var show = ShowConfig()
    package var onair = OnAirConfig()
    package var films = FilmsConfig()
    package var supervision = SupervisionConfig()
    package var watchdog = WatchdogConfig()
    package var drills = DrillsConfig()

    package init() {}

    package func problems() -> [ConfigProblem] {
        cohost.name == host.name
            ? [.invalid(ConfigPath("cohost").key("name"), "must be another name than the host's, or empty")] : []
    }
}
