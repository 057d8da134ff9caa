import Bus
import News
import Testing

/// However the bytes come, the answer is the same.
struct FeedSplitTests {
    static let atom = """
        \u{FEFF}<feed xmlns="http://www.w3.org/2005/Atom"><title>Ü</title><entry><title type="html">A &amp;lt; 😀</title>
        <link href="x?a=1&amp;b=2"/><id>i</id><updated>2026-11-26T09:00:00Z</updated><content type="xhtml">
        <div xmlns="http://www.w3.org/1999/xhtml">c<br/>d&hellip;</div></content></entry></feed>
        """
    static let rdf = """
        \r\n <?xml version='1.0' encoding='utf-8'?>
        <r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item>
        <title><![CDATA[“A]]]]><![CDATA[> &amp; B”]]></title><link>https://news.example/1</link></item></r:RDF><!-- é -->
        """
    /// Latin-1 that says so.
    static let declared = latin1(
        "<?xml version='1.0' encoding='ISO-8859-1'?>" + rss("<title>Caf\u{E9} \u{93}x\u{94}</title>")
    )
    /// Latin-1 that says nothing.
    static let undeclared = latin1(
        rss("<title>Caf\u{E9}</title><description>&lt;p&gt;\u{80} 5&lt;/p&gt;</description>")
    )
    /// UTF-8 with a character that was cut.
    static let broken: [UInt8] =
        Array("<rss><channel><item><title>é ".utf8) + [0xE2, 0x80] + Array("</title></item></channel></rss>".utf8)
    static let wide: [UInt8] =
        [0xFF, 0xFE] + Array(rss("<title>😀 é</title>").utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }

    static let samples: [[UInt8]] = [
        Array(atom.utf8), Array(rdf.utf8), declared, undeclared, broken, wide,
        Array(rss("<title>A</title></item><item><title>B &amp").utf8), Array("<!DOCTYPE html><p>".utf8),
        Array("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>".utf8), Array("<?xml encoding='koi8-r'?><rss/>".utf8),
    ]

    /// Each character as the byte of its number.
    static func latin1(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }

    enum Outcome: Hashable {
        case feed(FeedFormat, FeedCharset, title: String, [FeedItem], FeedReading.End, replaced: Int?)
        case failure(NewsError.Code)

        init(
            _ pieces: [ArraySlice<UInt8>],
            pieceBytes: Int = FeedLimits().pieceBytes,
            countsReplaced: Bool = true
        ) {
            var limits = FeedLimits()
            limits.pieceBytes = pieceBytes
            do throws(NewsError) {
                let feed = try reading(pieces: pieces, limits: limits)
                let replaced = countsReplaced ? feed.replacedBytes : nil
                self = .feed(feed.format, feed.charset, title: feed.title, feed.items, feed.end, replaced: replaced)
            } catch {
                self = .failure(error.code)
            }
        }
    }

    @Test(arguments: samples.indices)
    func `every split into two gives the same`(sample: Int) {
        let bytes = Self.samples[sample]
        let whole = Outcome([bytes[...]])
        for end in bytes.indices {
            #expect(Outcome([bytes[..<end], bytes[end...]], pieceBytes: max(1, end)) == whole)
        }
    }

    @Test(arguments: samples.indices)
    func `byte by byte gives the same`(sample: Int) {
        let bytes = Self.samples[sample]
        #expect(Outcome(bytes.indices.map { bytes[$0...$0] }, pieceBytes: 1) == Outcome([bytes[...]]))
    }

    @Test func `random bytes do no harm, and give the same at every split`() {
        var random = SplitMix64(state: 2026)
        for round in 0..<3_000 {
            let bytes = changed(Self.samples[Int.random(in: 0..<Self.samples.count, using: &random)], round, &random)
            let end = Int.random(in: 0...bytes.count, using: &random)
            // Behind the end of a feed, more or less is read.
            let whole = Outcome([bytes[...]], countsReplaced: false)
            #expect(Outcome([bytes[..<end], bytes[end...]], pieceBytes: 7, countsReplaced: false) == whole)
            guard case .feed(_, _, _, let items, _, _) = whole else { continue }
            #expect(items.allSatisfy { $0.title.count <= 500 && ($0.link?.utf8.count ?? 0) <= 2_048 })
        }
    }

    /// Nothing but chance, a few bytes of it, or a part that stands there twice.
    private func changed(_ sample: [UInt8], _ round: Int, _ random: inout SplitMix64) -> [UInt8] {
        var bytes = sample
        switch round % 3 {
        case 0:
            bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in .random(in: 0...255, using: &random) }
        case 1:
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
        default:
            let from = Int.random(in: 0..<bytes.count, using: &random)
            let to = Int.random(in: from..<bytes.count, using: &random)
            bytes.insert(contentsOf: Array(bytes[from..<to]), at: from)
        }
        return bytes
    }
}
