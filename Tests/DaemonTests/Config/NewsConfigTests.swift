import HTTPClient
import Testing

@testable import Daemon

/// The `[news]` and `[sentiment]` sections, and whom the station may ask because of them.
@Suite struct NewsConfigTests {
    private func problems(_ text: String) throws -> [String] {
        try ConfigFixture().load(text).errors.map(\.description)
    }

    @Test func `five sites are followed, and the SEC is not until somebody says so`() throws {
        let feeds = Configuration().news.feeds
        #expect(feeds.filter(\.value.enabled).count == 5)
        #expect(feeds["sec"]?.enabled == false)
        #expect(
            try problems("[news.feeds.decrypt]\nenabled = false\n[news.feeds.other]\nurl = \"http://a.example/f\"")
                == []
        )
        let found = try problems("[news.feeds.sec]\nenabled = true")
        #expect(found.count == 1 && found[0].contains("news.user_agent"), "\(found)")
        #expect(try problems("[news]\nuser_agent = \"Desk a@b.example\"\n[news.feeds.sec]\nenabled = true") == [])
    }

    @Test(arguments: [
        ("[news]\npoll_seconds = 29", "news.poll_seconds"), ("[news]\nat_once_max = 0", "news.at_once_max"),
        ("[news]\nuser_agent = \"\"", "news.user_agent"), ("[news.feeds.x]\nenabled = true", "news.feeds.x.url"),
        ("[news.feeds.x]\nurl = \"ftp://a.example\"", "news.feeds.x.url"),
        ("[news.feeds.x]\nurl = \"https://me:pw@a.example/\"", "news.feeds.x.url"),
        ("[news.feeds.\"A b\"]\nurl = \"https://a.example/\"", "news.feeds"),
        ("[sentiment]\norder = []", "sentiment.order"),
        ("[sentiment]\norder = [\"tei\", \"tei\"]", "sentiment.order"),
        ("[sentiment]\norder = [\"oracle\"]", "sentiment.order"),
        ("[sentiment]\nmodel_file = \"model\"", "sentiment.model_file"),
        ("[sentiment]\nlimit_seconds = 0", "sentiment.limit_seconds"),
        ("[sentiment]\nindex_seconds = 1", "sentiment.index_seconds"),
        ("[sentiment]\nnews_hours = 0", "sentiment.news_hours"),
        ("[sentiment]\ntei_base = \"localhost\"", "sentiment.tei_base"),
        ("[sentiment]\nhuggingface_base = \"https://u:p@a.example\"", "sentiment.huggingface_base"),
        ("[sentiment]\nhuggingface_model = \"a/../b\"", "sentiment.huggingface_model"),
        ("[sentiment]\nhuggingface_model = \"a/b?c\"", "sentiment.huggingface_model"),
        ("[sentiment]\nhuggingface_key = \"hf_abc\"", "sentiment.huggingface_key"),
    ])
    func `these are named with their key`(text: String, key: String) throws {
        let found = try problems(text)
        #expect(found.count == 1 && found.allSatisfy { $0.contains(key) }, "\(found)")
    }

    @Test func `only hosts that are asked may be`() throws {
        var configuration = Configuration()
        configuration.news.feeds["decrypt"]?.enabled = false
        configuration.sentiment.teiBase = "http://127.0.0.1:8085"
        var hosts = Set(HTTPClientConfig(configuration).allowedHosts)
        #expect(hosts.isSuperset(of: ["cointelegraph.com:443", "api.alternative.me:443"]))
        #expect(hosts.isDisjoint(with: ["decrypt.co:443", "www.sec.gov:443", "127.0.0.1:8085"]))
        configuration.sentiment.order = [.tei]
        hosts = Set(HTTPClientConfig(configuration).allowedHosts)
        #expect(hosts.contains("127.0.0.1:8085") && !hosts.contains("router.huggingface.co:443"))
    }
}
