import Bus
import Testing

@testable import News

/// What makes two pieces of news one.
struct KeyTests {
    @Test(
        arguments: [
            ("HTTPS://News.Example/A", "https://news.example/A"),
            ("https://news.example:443/a", "https://news.example/a"),
            ("http://news.example:80/a", "http://news.example/a"),
            ("https://news.example:8443/a", "https://news.example:8443/a"),
            ("http://news.example:443/a", "http://news.example:443/a"),
            ("https://news.example", "https://news.example/"),
            ("https://news.example/", "https://news.example/"), ("https://news.example/a/", "https://news.example/a"),
            ("https://news.example/a/#comments", "https://news.example/a"),
            ("https://news.example/a#b", "https://news.example/a"),
            ("https://news.example/a?", "https://news.example/a"),
            ("https://news.example?x=1", "https://news.example/?x=1"),
            ("https://news.example/a/?b=2&a=1", "https://news.example/a?b=2&a=1"),
            ("https://news.example/a?utm_source=x&id=7&UTM_Medium=y", "https://news.example/a?id=7"),
            ("https://news.example/a?fbclid=1&gclid=2&ref=3&mc_cid=4", "https://news.example/a"),
            ("https://news.example/a?reference=1&utmost=2", "https://news.example/a?reference=1&utmost=2"),
            ("https://news.example/a?ref&x", "https://news.example/a?x"),
            ("https://news.example/%7ea%2fb%c3%a9", "https://news.example/~a%2Fb%C3%A9"),
            ("https://news.example/caf\u{E9}", "https://news.example/caf%C3%A9"),
            ("https://news.example/a%zz", "https://news.example/a%zz"),
            ("https://news.example/x/../a/./b", "https://news.example/a/b"),
            (" https://news.example/a\n", "https://news.example/a"),
            ("https://news.example./a", "https://news.example/a"),
            ("https://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
        ] as [(String, String)]
    )
    func `addresses have one form`(url: String, canonical: String) { #expect(CanonicalURL(url)?.text == canonical) }

    @Test(arguments: [
        "", "a", "/a", "news.example/a", "ftp://news.example/a", "javascript:alert(1)", "data:text/plain,x",
        "file:///a",
        "https://", "https://user@news.example/", "https://news.example:99999/", "mailto:a@news.example",
        "https://news.example/\(String(repeating: "x", count: 2_048))",
    ])
    func `what is no address has none`(url: String) { #expect(CanonicalURL(url) == nil) }

    @Test func `a canonical address is its own canonical form`() {
        for url in [
            "https://news.example/a//?b=%2f&c#d", "http://news.example:8080//?&&x=%41", "https://news.example/%25",
        ] {
            let once = CanonicalURL(url)
            #expect(once != nil)
            #expect(once.flatMap { CanonicalURL($0.text) } == once)
        }
    }

    @Test(
        arguments: [
            ("Bitcoin hits $100,000!", "bitcoin hits 100 000"), ("BITCOIN  hits 100 000", "bitcoin hits 100 000"),
            ("“Bitcoin” hits: 100-000", "bitcoin hits 100 000"), ("Ｂｉｔｃｏｉｎ　ｈｉｔｓ１００", "bitcoin hits100"),
            ("It's Bitcoin’s day", "its bitcoins day"), ("ETH +5%", "eth +5"), ("ETH -5%", "eth -5"),
            ("ETH \u{2212}5%", "eth -5"),
            ("ETH-5", "eth 5"), ("Straße GRÖSSE", "straße grösse"), ("-", ""), ("--5", "-5"), ("a - 5", "a 5"),
            ("", ""),
        ] as [(String, String)]
    )
    func `titles are compared by their words`(title: String, plain: String) {
        #expect(TitleKey.normalized(title) == plain)
    }

    @Test func `a title of few words tells nothing`() {
        #expect(TitleKey.key("Market update") == nil)
        #expect(TitleKey.key("") == nil)
        #expect(TitleKey.key("Bitcoin hits 100,000") != nil)
        #expect(TitleKey.key("比特币突破十万美元大关") != nil)
        #expect(TitleKey.key("ETH is up +5% today") != TitleKey.key("ETH is up -5% today"))
    }

    @Test func `keys are the same on every machine`() {
        #expect(NewsKey(hashing: "abc").description == "ba7816bf8f01cfea414140de5dae2223")
        #expect(NewsKey(high: 1, low: 2).description == "00000000000000010000000000000002")
    }

    // MARK: Seen before

    private let feed = "https://news.example/feed"

    private func item(_ link: String?, _ title: String = "", _ published: String? = nil, id: String? = nil) -> FeedItem
    {
        FeedItem(id: id, title: title, link: link, published: published.map { .at(time($0)) } ?? .missing)
    }

    @Test func `a page is seen once, however it is linked`() {
        var known = NewsDeduplicator()
        #expect(known.admit(item("https://news.example/a?utm_source=x"), feed: feed, at: readAt) == .new)
        #expect(known.admit(item("https://NEWS.example/a/#x"), feed: "https://other.example/", at: readAt) == .samePage)
        #expect(known.admit(item("https://news.example/b"), feed: feed, at: readAt) == .new)
    }

    @Test func `an id counts within its feed where there is no page`() {
        var known = NewsDeduplicator()
        #expect(known.admit(item(nil, id: "1"), feed: feed, at: readAt) == .new)
        #expect(known.admit(item(nil, id: "1"), feed: feed, at: readAt) == .samePage)
        #expect(known.admit(item(nil, id: "1"), feed: "https://other.example/", at: readAt) == .new)
    }

    @Test func `a title is the same news within two days, from whatever source`() {
        var known = NewsDeduplicator()
        func admit(_ page: String, _ title: String, _ published: String) -> NewsDeduplicator.Verdict {
            known.admit(item("https://\(page)", title, published), feed: feed, at: readAt)
        }
        #expect(admit("a.example/1", "Bitcoin hits 100,000", "2026-11-20T00:00:00Z") == .new)
        #expect(admit("b.example/1", "BITCOIN HITS 100 000!", "2026-11-22T00:00:00Z") == .sameTitle)
        #expect(admit("c.example/1", "Bitcoin hits 100,000", "2026-11-18T00:00:00Z") == .sameTitle)
        #expect(admit("d.example/1", "Bitcoin hits 100,000", "2026-11-22T00:00:01Z") == .new)
        #expect(admit("e.example/1", "Bitcoin hits 100,000", "2026-11-17T23:59:59Z") == .new)
        #expect(admit("b.example/1", "Bitcoin hits 100,000", "2026-11-22T00:00:00Z") == .samePage)
        #expect(admit("f.example/1", "Market update", "2026-11-20T00:00:00Z") == .new)
        #expect(admit("g.example/1", "Market update", "2026-11-20T00:00:00Z") == .new)
    }

    @Test func `an item without a time counts as of now`() {
        var known = NewsDeduplicator()
        let title = "Bitcoin hits 100,000"
        #expect(known.admit(item("https://a.example/", title), feed: feed, at: readAt) == .new)
        let later = readAt.advanced(by: .seconds(48 * 3_600))
        #expect(known.admit(item("https://b.example/", title), feed: feed, at: later) == .sameTitle)
        #expect(known.admit(item("https://c.example/", title), feed: feed, at: later.advanced(by: .seconds(1))) == .new)
    }

    @Test func `memory is bounded, and what feeds go on bringing is not forgotten`() {
        var settings = NewsDeduplicator.Settings()
        settings.pagesMax = 100
        settings.titlesMax = 60
        var known = NewsDeduplicator(settings: settings)
        let lasting = item("https://a.example/lasting", "A title that lasts for long")
        #expect(known.admit(lasting, feed: feed, at: readAt) == .new)
        for number in 0..<5_000 {
            let other = item("https://a.example/\(number)", "Number \(number) of many titles")
            #expect(known.admit(other, feed: feed, at: readAt) == .new)
            if number % 20 == 0 { #expect(known.admit(lasting, feed: feed, at: readAt) == .samePage) }
            #expect(known.count <= 160)
        }
        #expect(known.admit(item("https://a.example/4999"), feed: feed, at: readAt) == .samePage)
        #expect(known.admit(item("https://b.example/", lasting.title), feed: feed, at: readAt) == .sameTitle)
        #expect(known.admit(item("https://a.example/0"), feed: feed, at: readAt) == .new)
    }

    @Test func `times at the ends of what can be told are far apart`() {
        var known = NewsDeduplicator()
        let title = NewsKey(hashing: "t")
        #expect(known.admit(nil, title: title, time: Timestamp(nanoseconds: .max)) == .new)
        #expect(known.admit(nil, title: title, time: Timestamp(nanoseconds: .min)) == .new)
        #expect(known.admit(nil, title: title, time: Timestamp(nanoseconds: .min)) == .sameTitle)
        #expect(known.admit(nil, title: nil, time: readAt) == .new)
    }
}
