import Bus
import News
import Testing

/// Whole feeds of the three families.
struct FeedFormatTests {
    @Test(
        arguments: [
            ("60", 3600), (" 5\n", 300), ("0", nil), ("-5", nil), ("1.5", nil), ("soon", nil), ("", nil),
            ("999999999999999999999", nil), ("527041", nil),
        ] as [(String, Int?)]
    )
    func `a feed of RSS says for how long it need not be asked`(text: String, seconds: Int?) throws {
        let feed = "<channel><ttl>\(text)</ttl><item><title>T</title><ttl>7</ttl></item></channel>"
        #expect(try reading("<rss>\(feed)</rss>").timeToLive == seconds.map { .seconds($0) })
        // Atom has no such thing.
        let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><ttl>60</ttl><entry><title>T</title></entry></feed>"
        #expect(try reading(atom).timeToLive == nil)
    }

    @Test func `RSS 2 with everything it may bring`() throws {
        let feed = try reading(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
                xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom">
            <channel>
              <title>Coin &amp; Chain</title>
              <link>https://news.example/</link>
              <atom:link rel="self" href="https://news.example/feeds/all"/>
              <image><title>Logo</title><link>https://news.example/logo</link></image>
              <item>
                <title><![CDATA[Bitcoin <b>rises</b> & rests]]></title>
                <link> https://news.example/a?id=1&amp;utm_source=rss </link>
                <guid isPermaLink="false">item-1</guid>
                <pubDate>Thu, 26 Nov 2026 07:08:09 -0500</pubDate>
                <description>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two &amp;amp; three.&lt;/p&gt;</description>
                <content:encoded><![CDATA[<h1>All</h1><script>var a = "<p>no</p>";</script>of it]]></content:encoded>
                <dc:creator>Ada Example</dc:creator>
                <category>Markets</category><category domain="x">Bitcoin</category><category>Markets</category>
              </item>
              <item><title>Second</title><guid>https://news.example/b</guid></item>
            </channel>
            </rss>
            """
        )
        #expect(feed.format == .rss)
        #expect(feed.title == "Coin & Chain")
        #expect(feed.link == "https://news.example/")
        #expect(feed.end == .complete)
        #expect(feed.replacedBytes == 0)
        #expect(
            feed.items == [
                FeedItem(
                    id: "item-1",
                    title: "Bitcoin rises & rests",
                    link: "https://news.example/a?id=1&utm_source=rss",
                    author: "Ada Example",
                    published: .at(time("2026-11-26T12:08:09Z")),
                    summary: "One. Two & three.",
                    content: "All of it",
                    categories: ["Markets", "Bitcoin"]
                ),
                FeedItem(id: "https://news.example/b", title: "Second", link: "https://news.example/b"),
            ]
        )
    }

    @Test func `Atom with everything it may bring`() throws {
        let feed = try reading(
            """
            <feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://atom.example/blog/">
              <title type="html">Chain &amp;amp; Coin</title>
              <link rel="self" href="feed.xml"/><link href="./"/>
              <author><name>Everybody</name></author>
              <entry>
                <title type="html">Ether &amp;lt; 5k &lt;em&gt;still&lt;/em&gt;</title>
                <link rel="enclosure" href="sound.mp3"/>
                <link rel="alternate" type="text/html" href="2026/ether"/>
                <id>urn:entry:1</id>
                <published>2026-11-26T08:00:00.250+01:00</published>
                <updated>2026-11-26T09:00:00Z</updated>
                <summary>Plain, 1 &lt; 2</summary>
                <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A <b>bo</b>ld</p><p>AT&amp;T</p>
                  <style>p { }</style></div></content>
                <author><name>Bob Example</name><email>bob@atom.example</email></author>
                <category term="ether" label="Ether"/>
              </entry>
              <entry>
                <title>Elsewhere</title><id>urn:entry:2</id><updated>2026-11-25T09:00:00Z</updated>
                <content type="image/png" src="picture.png"/>
              </entry>
            </feed>
            """
        )
        #expect(feed.format == .atom)
        #expect(feed.title == "Chain & Coin")
        #expect(feed.link == "https://atom.example/blog/")
        #expect(
            feed.items == [
                FeedItem(
                    id: "urn:entry:1",
                    title: "Ether < 5k still",
                    link: "https://atom.example/blog/2026/ether",
                    author: "Bob Example",
                    published: .at(time("2026-11-26T07:00:00.25Z")),
                    updated: .at(time("2026-11-26T09:00:00Z")),
                    summary: "Plain, 1 < 2",
                    content: "A bold AT&T",
                    categories: ["ether"]
                ),
                FeedItem(id: "urn:entry:2", title: "Elsewhere", updated: .at(time("2026-11-25T09:00:00Z"))),
            ]
        )
        #expect(feed.items[1].time == time("2026-11-25T09:00:00Z"))
    }

    @Test func `RDF, whose items stand beside the channel`() throws {
        let feed = try reading(
            """
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
                xmlns:d="http://purl.org/dc/elements/1.1/">
              <channel rdf:about="https://rdf.example/"><title>Old</title><link>https://rdf.example/</link>
                <items><rdf:Seq><rdf:li resource="https://rdf.example/1"/></rdf:Seq></items></channel>
              <item rdf:about="https://rdf.example/1"><title>First</title><link>https://rdf.example/1</link>
                <description>Words</description><d:date>2026-11-20T10:00+00:00</d:date><d:subject>Old</d:subject></item>
            </rdf:RDF>
            """
        )
        #expect(feed.format == .rdf)
        #expect(feed.title == "Old")
        #expect(
            feed.items == [
                FeedItem(
                    title: "First",
                    link: "https://rdf.example/1",
                    published: .at(time("2026-11-20T10:00:00Z")),
                    summary: "Words",
                    categories: ["Old"]
                )
            ]
        )
    }

    @Test func `a namespace counts, and not its prefix`() throws {
        let feed = try reading(
            """
            <rss xmlns:zz="http://purl.org/dc/elements/1.1/" xmlns:dc="https://elsewhere.example/ns"
                xmlns:media="http://search.yahoo.com/mrss/">
            <channel><item><media:title>Picture</media:title><title>Right</title>
            <dc:creator>Nobody</dc:creator><zz:creator>Somebody</zz:creator></item></channel></rss>
            """
        )
        #expect(feed.items == [FeedItem(title: "Right", author: "Somebody")])
        let atom = try reading(
            "<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\"><a:entry><a:title>T</a:title></a:entry></a:feed>"
        )
        #expect(atom.items.map(\.title) == ["T"])
        #expect(failure("<feed><entry><title>T</title></entry></feed>")?.code == .notFeed)
    }

    @Test(
        arguments: [
            ("<link>/a/b</link>", "https://news.example/a/b"), ("<link>b</link>", "https://news.example/feeds/b"),
            ("<link>//other.example/c</link>", "https://other.example/c"),
            ("<link>\n https://news.example/d\n</link>", "https://news.example/d"),
            ("<link>https://news.example/caf\u{E9} x</link>", "https://news.example/caf%C3%A9%20x"),
            ("<link>https://news.example/e?a=1&amp;amp;b=2#c</link>", "https://news.example/e?a=1&b=2"),
            ("<link>javascript:alert(1)</link>", nil), ("<link>mailto:a@news.example</link>", nil),
            ("<link>ftp://news.example/x</link>", nil),
            ("<link></link><guid>https://news.example/g</guid>", "https://news.example/g"),
            ("<guid isPermaLink='false'>https://news.example/g</guid>", nil), ("<guid>g-1</guid>", nil),
            ("<link xmlns='http://www.w3.org/2005/Atom' href='/h'/>", "https://news.example/h"),
            ("<link xmlns='http://www.w3.org/2005/Atom' rel='replies' href='/h'/>", nil),
            ("<link xmlns='http://www.w3.org/2005/Atom' href='/h'/><link>/i</link>", "https://news.example/i"),
            ("<link>https://user:word@news.example/</link>", nil),
            ("<link>https://news.example/\(String(repeating: "x", count: 3_000))</link>", nil),
        ] as [(String, String?)]
    )
    func `a link is an absolute address, or nothing`(fields: String, link: String?) throws {
        #expect(try reading(rss("<title>T</title>\(fields)")).items.map(\.link) == [link])
    }

    @Test(
        arguments: [
            ("<author>ann@news.example (Ann Example)</author>", "Ann Example"),
            ("<author>ann@news.example</author>", nil),
            ("<author>Ann Example</author>", "Ann Example"), ("<author> </author>", nil),
        ] as [(String, String?)]
    )
    func `an author is a name and no mail address`(fields: String, author: String?) throws {
        #expect(try reading(rss("<title>T</title>\(fields)")).items.map(\.author) == [author])
    }

    @Test func `dates that cannot be believed are told as such`() throws {
        func date(_ text: String) throws -> FeedDate? {
            try reading(rss("<title>T</title>\(text)")).items.first?.published
        }
        #expect(try date("") == .missing)
        #expect(try date("<pubDate> </pubDate>") == .missing)
        #expect(try date("<pubDate>yesterday</pubDate>") == .unreadable)
        #expect(try date("<pubDate>2026-11-26T13:00:00Z</pubDate>") == .at(time("2026-11-26T13:00:00Z")))
        #expect(try date("<pubDate>2026-11-26T13:00:01Z</pubDate>") == .future(time("2026-11-26T13:00:01Z")))
        #expect(try date("<pubDate>0001-01-01T00:00:00Z</pubDate>") == .unreadable)
        let other = "<date xmlns='http://purl.org/dc/elements/1.1/'>2026-11-01</date>"
        #expect(try date(other) == .at(time("2026-11-01T00:00:00Z")))
        #expect(try date(other + "<pubDate>2 Nov 2026 00:00 Z</pubDate>") == .at(time("2026-11-02T00:00:00Z")))
        let item = try reading(rss("<title>T</title><pubDate>2030-01-01T00:00:00Z</pubDate>")).items.first
        #expect(item?.time == nil)
    }

    @Test func `an item in which nothing stands is left out and counted`() throws {
        let feed = try reading(
            "<rss><channel><item/><item><link>https://news.example/a</link></item><item><title>T</title></item>"
                + "</channel></rss>"
        )
        #expect(feed.items.map(\.title) == ["T"])
        #expect(feed.emptyItems == 2)
    }

    @Test func `texts are shortened, and the item says so`() throws {
        var limits = FeedLimits()
        limits.titleCharactersMax = 5
        let feed = try reading(rss("<title>Grüße an alle</title>"), limits: limits)
        #expect(feed.items == [FeedItem(title: "Grüße", isShortened: true)])
        let long = String(repeating: "ß", count: 40_000)
        let item = try #require(try reading(rss("<title>T</title><description>\(long)</description>")).items.first)
        #expect(item.summary == String(repeating: "ß", count: 2_000))
        #expect(item.isShortened)
        let short = try #require(try reading(rss("<title>T</title><description>abc</description>")).items.first)
        #expect(!short.isShortened)
    }

    @Test func `the first of two counts`() throws {
        let feed = try reading(rss("<title></title><title>A</title><title>B</title><guid>1</guid><guid>2</guid>"))
        #expect(feed.items == [FeedItem(id: "1", title: "A")])
    }
}
