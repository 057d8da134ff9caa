import News
import Testing

/// Bytes that are not what they are said to be.
struct FeedCharsetTests {
    private struct Title: Hashable {
        let text: String?
        let charset: FeedCharset
        let replaced: Int

        init(_ text: String?, _ charset: FeedCharset, _ replaced: Int) {
            self.text = text
            self.charset = charset
            self.replaced = replaced
        }
    }

    private func title(_ bytes: [UInt8], charset: String? = nil) throws -> Title {
        let feed = try reading(pieces: [bytes[...]], charset: charset)
        return Title(feed.items.first?.title, feed.charset, feed.replacedBytes)
    }

    private func document(_ declaration: String, _ title: [UInt8]) -> [UInt8] {
        Array("\(declaration)<rss><channel><item><title>".utf8) + title + Array("</title></item></channel></rss>".utf8)
    }

    @Test(
        arguments: [
            ("<?xml version='1.0' encoding='ISO-8859-1'?>", nil),
            ("<?xml version='1.0' encoding=\"Windows-1252\" ?>", nil),
            ("<?xml version='1.0' encoding='latin1'?>", "iso-8859-1"), ("", "ISO-8859-1"),
            ("<?xml version='1.0'?>", "cp1252"),
        ] as [(String, String?)]
    )
    func `Latin-1 that is declared`(declaration: String, header: String?) throws {
        let bytes = document(declaration, [0x43, 0xE9, 0x20, 0x93, 0x80, 0x94, 0xA0, 0x92])
        #expect(try title(bytes, charset: header) == Title("Cé “€” ’", .windows1252, 0))
    }

    @Test(
        arguments: [
            ("", nil), ("<?xml version='1.0' encoding='UTF-8'?>", nil), ("<?xml version='1.0'?>", "utf-8"),
            ("<?xml version='1.0' encoding='ISO-8859-1'?>", "utf-8"),
            ("<?xml version='1.0' encoding='us-ascii'?>", nil),
        ] as [(String, String?)]
    )
    func `Latin-1 that is not declared is read all the same, and counted`(declaration: String, header: String?) throws {
        let bytes = document(declaration, [0x43, 0xE9, 0x20, 0x80])
        #expect(try title(bytes, charset: header) == Title("Cé €", .utf8, 2))
    }

    @Test func `UTF-8 behind a wrong header is UTF-8`() throws {
        let bytes = document("<?xml version='1.0' encoding='utf-8'?>", Array("Cé €".utf8))
        #expect(try title(bytes, charset: "iso-8859-1") == Title("Cé €", .utf8, 0))
    }

    @Test(
        arguments: [
            ([0xE2, 0x82, 0xAC, 0x20, 0xE2, 0x82], "€ \u{FFFD}", 2), ([0xC3, 0xA9, 0xFF], "é\u{FFFD}", 1),
            ([0xC3, 0xA9, 0xC0, 0xAF], "é\u{FFFD}\u{FFFD}", 2),
            ([0xC3, 0xA9, 0xED, 0xA0, 0x80], "é\u{FFFD}\u{FFFD}\u{FFFD}", 3),
            ([0xC3, 0xA9, 0xF4, 0x90, 0x80, 0x80], "é\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}", 4),
            ([0x41, 0x0B, 0x42], "A\u{FFFD}B", 1), ([0x41, 0x00, 0x42], "A\u{FFFD}B", 1),
            ([0xEF, 0xBF, 0xBF], "\u{FFFD}", 3),
            ([0x81], "\u{FFFD}", 1),
        ] as [([UInt8], String, Int)]
    )
    func `bytes that are no text are replaced and counted`(bytes: [UInt8], title: String, replaced: Int) throws {
        #expect(try self.title(document("", bytes)) == Title(title, .utf8, replaced))
    }

    @Test(arguments: [true, false], [true, false])
    func `UTF-16 with and without a mark of byte order`(isLittle: Bool, hasMark: Bool) throws {
        let text = "<?xml version='1.0' encoding='UTF-16'?>" + rss("<title>Ü 😀</title>")
        let units: [UInt16] = (hasMark ? [0xFEFF] : []) + Array(text.utf16)
        let bytes = units.flatMap { unit -> [UInt8] in
            let (low, high) = (UInt8(unit & 0xFF), UInt8(unit >> 8))
            return isLittle ? [low, high] : [high, low]
        }
        #expect(try title(bytes) == Title("Ü 😀", isLittle ? .utf16LittleEndian : .utf16BigEndian, 0))
        #expect(try reading(pieces: [(bytes + [0x41])[...]]).end == .complete)
    }

    @Test func `half characters of UTF-16 are replaced`() throws {
        let units: [UInt16] =
            [0xFEFF] + Array("<rss><channel><item><title>".utf16) + [0xD83D, 0x41, 0xDE00]
            + Array("</title></item></channel></rss>".utf16)
        let bytes: [UInt8] = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        #expect(try title(bytes) == Title("\u{FFFD}A\u{FFFD}", .utf16BigEndian, 4))
    }

    @Test(arguments: ["\u{FEFF}", "\n\n", " \u{FEFF}\r\n", String(repeating: "\n", count: 5_000)])
    func `what stands before the declaration means nothing`(start: String) throws {
        let bytes = Array(start.utf8) + document("<?xml version='1.0' encoding='utf-8'?>", Array("Cé".utf8))
        #expect(try title(bytes) == Title("Cé", .utf8, 0))
    }

    @Test func `a mark of byte order outranks what is declared`() throws {
        let bytes = [0xEF, 0xBB, 0xBF] + document("<?xml version='1.0' encoding='latin1'?>", Array("Cé".utf8))
        #expect(try title(bytes, charset: "koi8-r") == Title("Cé", .utf8, 0))
    }

    @Test func `a charset that is not read here is named`() {
        let bytes = document("<?xml version='1.0' encoding='Shift_JIS'?>", [0x83, 0x72])
        #expect(throws: NewsError(.charsetUnknown, "Shift_JIS")) { try title(bytes) }
    }
}
