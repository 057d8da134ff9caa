import Bus
import News
import Testing

/// What is no feed, is broken, or means harm.
struct FeedDefenceTests {
    // MARK: No feed

    @Test(arguments: [
        "<!DOCTYPE html><html><head><title>x</title></head></html>", "<!doctype HTML>\n<html lang=en><p>Wait a moment",
        "<html><body>403</body></html>", "\n\n<!-- cached --><!doctype html><meta charset=utf-8>",
        "<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"x.dtd\"><html/>",
        "<HTML><BODY>Blocked", "<body>no</body>",
    ])
    func `a page is told from a feed`(text: String) { #expect(failure(text)?.code == .webPage) }

    @Test(
        arguments: [
            ("", .empty), (" \n\t", .empty), ("\u{FEFF}", .empty), ("<?xml version='1.0'?>", .empty),
            ("<!-- nothing -->", .notXML), ("{\"items\":[]}", .notXML), ("Service unavailable", .notXML),
            ("<", .notXML),
            ("<opml version='2.0'><body/></opml>", .notFeed), ("<urlset/>", .notFeed), ("<rss:rss/>", .notXML),
            ("<Error><Code>AccessDenied</Code></Error>", .notFeed),
        ] as [(String, NewsError.Code)]
    )
    func `what is something else is named`(text: String, code: NewsError.Code) { #expect(failure(text)?.code == code) }

    // MARK: Declarations

    @Test func `entities that a document declares are never expanded`() {
        let bomb = """
            <?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
            <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><rss><channel><item><title>&c;</title></item></channel></rss>
            """
        #expect(failure(bomb)?.code == .doctypeRefused)
        for declaration in [
            "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "<!ENTITY % p SYSTEM 'http://127.0.0.1/x.dtd'> %p;",
            "<!ATTLIST item a CDATA 'default'>", "<!ELEMENT item ANY>", "",
        ] {
            let text = "<!DOCTYPE rss [\(declaration)]><rss><channel><item><title>&x;</title></item></channel></rss>"
            #expect(failure(text)?.code == .doctypeRefused)
        }
    }

    @Test func `a document type elsewhere is not looked for`() throws {
        let feed = try reading(
            "<!DOCTYPE rss PUBLIC \"-//Netscape//DTD RSS 0.91//EN\" \"http://127.0.0.1:1/rss.dtd\">"
                + rss("<title>A &eacute; B</title>")
        )
        #expect(feed.items.map(\.title) == ["A é B"])
    }

    @Test func `entities of HTML are known without a declaration, others stay as they are`() throws {
        let feed = try reading(rss("<title>5&nbsp;&euro;&mdash;&ldquo;x&rdquo; &unknown;</title>"))
        #expect(feed.items.map(\.title) == ["5 €—“x” &unknown;"])
        #expect(feed.end == .complete)
    }

    // MARK: Sizes

    @Test func `elements may lie so deep and no deeper`() throws {
        var limits = FeedLimits()
        limits.depthMax = 10
        let open = String(repeating: "<a>", count: 7) + String(repeating: "</a>", count: 7)
        #expect(try reading(rss("<title>T</title>\(open)"), limits: limits).end == .complete)
        let feed = try reading(
            "<rss><channel><item><title>T</title></item><item>\(String(repeating: "<a>", count: 200_000))",
            limits: limits
        )
        #expect(feed.end == .cut(.tooDeep))
        #expect(feed.items.map(\.title) == ["T"])
        #expect(failure(String(repeating: "<a>", count: 200_000))?.code == .notFeed)
    }

    @Test func `a document is no larger than agreed`() throws {
        var limits = FeedLimits()
        limits.bytesMax = 2_000
        let text = rss("<title>T</title><description>\(String(repeating: "x", count: 4_000))</description>")
        #expect(failure(text, limits: limits)?.code == .tooLarge)
        let pieces = Array(text.utf8)
        #expect(throws: NewsError(.tooLarge, "more than 2000 bytes")) {
            try reading(pieces: pieces.indices.map { pieces[$0...$0] }, limits: limits)
        }
    }

    @Test func `reading ends behind the last item that is kept`() throws {
        var limits = FeedLimits()
        limits.itemsMax = 3
        let items = (1...3).map { "<item><title>T\($0)</title></item>" }.joined()
        let whole = try reading("<rss><channel>\(items)</channel></rss>", limits: limits)
        #expect(whole.end == .complete)
        var reader = try FeedReader(url: "https://news.example/", now: readAt, limits: limits)
        limits.pieceBytes = 8
        var small = try FeedReader(url: "https://news.example/", now: readAt, limits: limits)
        try reader.read(Array("<rss><channel>\(items)<item><title>T4</title>".utf8))
        try small.read(Array("<rss><channel>\(items)<item><title>T4</title>".utf8))
        let isDone = small.isDone
        #expect(isDone)
        let feed = try reader.finish()
        #expect(feed.end == .full)
        #expect(feed.items.map(\.title) == ["T1", "T2", "T3"])
        let other = try small.finish()
        #expect(other == feed)
    }

    @Test func `one that is all attributes or all one tag is read in time`() throws {
        let many = (0..<5_000).map { " a\($0)='x'" }.joined()
        let feed = try reading("<rss><channel><item><title\(many)>T</title></item></channel></rss>")
        #expect(feed.items.map(\.title) == ["T"])
        let long = String(repeating: "x", count: 1_500_000)
        #expect(try reading(rss("<title a='\(long)'>T</title>")).items.map(\.title) == ["T"])
        #expect(try reading(rss("<title>T</title><!-- \(long) -->")).end == .complete)
        #expect(try reading(rss("<title>T</title><\(long)/>")).end == .complete)
        let entry = "<entry><title>T</title><link href='\(long)'/></entry>"
        let atom = try reading("<feed xmlns='http://www.w3.org/2005/Atom'>\(entry)</feed>")
        #expect(atom.items == [FeedItem(title: "T")])
    }

    @Test func `a namespace with an endless address ends it`() throws {
        let long = String(repeating: "n", count: 100_000)
        let feed = try reading(
            "<rss><channel><item><title>T</title></item><item xmlns:p='\(long)'>"
                + String(repeating: "<a p:b='c'/>", count: 50_000)
        )
        #expect(feed.end == .cut(.malformed))
        #expect(feed.items.map(\.title) == ["T"])
    }

    @Test(arguments: [
        String(repeating: "<", count: 100_000), String(repeating: "<a ", count: 30_000),
        String(repeating: "<a b=\"", count: 15_000), String(repeating: "&", count: 100_000),
        String(repeating: "<!--", count: 25_000), String(repeating: "<script>", count: 12_000),
        String(repeating: "&amp;", count: 20_000), String(repeating: "<![CDATA[", count: 11_000),
    ])
    func `markup that never ends costs little`(markup: String) throws {
        let start = ContinuousClock.now
        let feed = try reading(rss("<title>T</title><description><![CDATA[\(markup)]]></description>"))
        #expect(feed.items.map(\.title) == ["T"])
        #expect(start.duration(to: .now) < .seconds(5))
    }

    // MARK: Broken feeds

    @Test func `items that were complete are kept when a feed is cut`() throws {
        let text = rss("<title>T1</title></item><item><title>T2</title>")
        let bytes = Array(text.utf8)
        let firstEnd = try #require(text.firstRange(of: "</item>")).upperBound.utf16Offset(in: text)
        let secondEnd = try #require(text.firstRange(of: "</title></item></channel>")).lowerBound.utf16Offset(in: text)
        for end in firstEnd..<bytes.count {
            let feed = try reading(pieces: [bytes[..<end]])
            #expect(feed.end == .cut(.endedEarly))
            #expect(feed.items.map(\.title) == (end < secondEnd + 15 ? ["T1"] : ["T1", "T2"]))
        }
        #expect(try reading(text).end == .complete)
    }

    @Test(arguments: ["<b>", "a & b", "<a b=c/>", "<x:y/>", "</channel>", "]]>", "&#0;"])
    func `items before a fault are kept`(fault: String) throws {
        let feed = try reading(rss("<title>T1</title></item><item><title>T2</title>\(fault)"))
        #expect(feed.end == .cut(.malformed))
        #expect(feed.items.map(\.title) == ["T1"])
    }

    @Test func `what follows the end of a feed does not matter`() throws {
        for rest in ["<script>x</script>", "\0\0", "</rss>", "<!-- 12 ms -->", "& so on"] {
            #expect(try reading(rss("<title>T</title>") + rest).end == .complete)
        }
    }
}
