import News

/// The `[news]` section: whose news are followed, and how often each is asked.
package struct NewsConfig: ConfigSection {
    /// Seconds from one answer of a feed to the next question.
    package var pollSeconds = 1800.0
    /// Feeds that are asked at once.
    package var atOnceMax = 4
    /// Who asks; the SEC wants an organisation and a mail address here, and refuses everybody else.
    package var userAgent = "CryptoCallFM"
    /// How old a piece may be to be told on the air and in answers.
    package var staleAfterSeconds = 21_600.0
    /// By the name that stands as the source of their news.
    package var feeds = NewsConfig.shipped

    package static var reloadableKeys: Set<String> { Set(ConfigEncoder.fields(of: Self()).map(\.name)) }

    package init() {}

    /// One of the `[news.feeds.NAME]` tables.
    package struct Feed: ConfigSection {
        /// RSS or Atom.
        package var url = ""
        /// Whether it is followed.
        package var enabled = true

        package static var reloadableKeys: Set<String> { Set(ConfigEncoder.fields(of: Self()).map(\.name)) }

        package init() {}

        init(_ url: String, enabled: Bool = true) {
            self.url = url
            self.enabled = enabled
        }

        package func problems() -> [ConfigProblem] {
            guard let address = URLText(url), ["http", "https"].contains(address.scheme) else {
                return [.invalid("url", "must be an http or https URL")]
            }
            return address.hasUserInfo ? [.invalid("url", "must not hold a user or a password")] : []
        }
    }

    /// Five sites that write about coins, and the filings of the SEC, which are off.
    static var shipped: [String: Feed] {
        [
            "coindesk": Feed("https://www.coindesk.com/arc/outboundfeeds/rss/"),
            "cointelegraph": Feed("https://cointelegraph.com/rss"),
            "decrypt": Feed("https://decrypt.co/feed"),
            "theblock": Feed("https://www.theblock.co/rss.xml"),
            "bitcoinmagazine": Feed("https://bitcoinmagazine.com/feed"),
            "sec": Feed(
                "https://www.sec.gov/cgi-bin/browse-edgar?action=getcurrent&type=D&owner=include&count=100&output=atom",
                enabled: false
            ),
        ]
    }

    private static let feedsMax = 50

    /// Those that are followed, in the order of their names.
    var followed: [FeedBook.Feed] {
        feeds.filter(\.value.enabled).sorted { $0.key < $1.key }.map { FeedBook.Feed(name: $0.key, url: $0.value.url) }
    }

    var policy: FeedPoll.Policy {
        var policy = FeedPoll.Policy()
        policy.every = .seconds(pollSeconds)
        policy.longest = max(policy.longest, policy.every)
        return policy
    }

    var client: FeedClient.Settings {
        var settings = FeedClient.Settings()
        settings.userAgent = userAgent
        return settings
    }

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("poll_seconds", pollSeconds, 30...86_400)
            + ConfigProblem.range("at_once_max", atOnceMax, 1...16)
            + ConfigProblem.range("stale_after_seconds", staleAfterSeconds, 60...604_800)
            + client.problems().filter { $0.key == "user_agent" }.map { .invalid("user_agent", $0.text) }
            + (feeds.count > NewsConfig.feedsMax ? [.invalid("feeds", "must be \(NewsConfig.feedsMax) at most")] : [])
            + nameProblems + agentProblems
    }

    private var nameProblems: [ConfigProblem] {
        feeds.keys.sorted().filter { !NewsConfig.isName($0) }.map { name in
            .invalid(ConfigPath("feeds").key(name), "must be called by 1 to 32 small letters, digits and dashes")
        }
    }

    private static func isName(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// The SEC closes its door for ten minutes to whoever does not say who he is.
    private var agentProblems: [ConfigProblem] {
        let needs = feeds.values.contains { $0.enabled && $0.url.contains("sec.gov/") }
        return needs && !userAgent.contains("@")
            ? [.invalid("user_agent", "must hold a mail address where a feed of the SEC is followed")] : []
    }
}
