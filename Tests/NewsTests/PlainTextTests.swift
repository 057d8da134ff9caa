import Testing

@testable import News

/// Markup that becomes text.
struct PlainTextTests {
    private func html(_ text: String) -> String { PlainText(Array(text.utf8), .html, charactersMax: 1_000).text }
    private func plain(_ text: String) -> String { PlainText(Array(text.utf8), .plain, charactersMax: 1_000).text }

    @Test(
        arguments: [
            ("<p>One</p><p>Two</p>", "One Two"), ("<b>Bit</b>coin", "Bitcoin"), ("a<br>b<br/>c", "a b c"),
            ("  a \n\t b  ", "a b"), ("a\u{A0}&nbsp;b", "a b"), ("x &amp; y &lt;z&gt;", "x & y <z>"),
            ("&amp;lt;p&amp;gt;twice&amp;lt;/p&amp;gt;", "twice"), ("&lt;p&gt;once&lt;/p&gt;", "once"),
            ("AT&amp;amp;T", "AT&T"), ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"), ("&#8217;&#x2019;&#146;", "’’’"),
            ("&#0;&#xD800;&#x110000;", "\u{FFFD}\u{FFFD}\u{FFFD}"), ("&#;&#x;&;&bogus;&#+5;", "&#;&#x;&;&bogus;&#+5;"),
            ("<script>if (a < b) { }</script>x<STYLE>p{}</Style >y", "x y"), ("a<!-- b > c -->d", "ad"),
            ("<img alt=\"a > b\" src='c'>d", "d"), ("<a title=\"open>text", "text"), ("cut <a hre", "cut"),
            ("<![CDATA[in]]> out", "in out"), ("<!DOCTYPE html>x", "x"), ("<?php echo 1 ?>x", "x"),
            ("<made-up>x</made-up>", "x"), ("don't &quot;quote&quot; &apos;me&apos;", "don't \"quote\" 'me'"),
            ("a\u{200B}b\u{AD}c\u{202E}d\u{7}e", "abcd e"), ("👩\u{200D}🚀", "👩\u{200D}🚀"), ("", ""), ("<>", "<>"),
            ("<", "<"),
            ("&", "&"), ("a &copy; 2026 &euro;5 &Omega;&omega;&yuml;&nbsp;&diams;", "a © 2026 €5 Ωωÿ ♦"),
        ] as [(String, String)]
    )
    func `HTML`(source: String, text: String) { #expect(html(source) == text) }

    @Test(
        arguments: [
            ("a <made-up> b", "a <made-up> b"), ("a <b>bold</b> word", "a bold word"), ("if a <i", "if a <i"),
            ("x &amp; y", "x & y"), ("&lt;b&gt;z&lt;/b&gt;", "z"), ("P&L up", "P&L up"), ("<3 bitcoin", "<3 bitcoin"),
            ("a <b@c.example> d", "a <b@c.example> d"),
        ] as [(String, String)]
    )
    func `plain text keeps what only looks like markup`(source: String, text: String) { #expect(plain(source) == text) }

    @Test func `text is cut between characters`() {
        let cut = PlainText(Array("e\u{301}e\u{301}e\u{301}".utf8), .plain, charactersMax: 2)
        #expect(cut == PlainText(Array("e\u{301}e\u{301}x".utf8), .plain, charactersMax: 2))
        #expect(cut.text == "e\u{301}e\u{301}")
        #expect(cut.isShortened)
        #expect(!PlainText(Array("éé".utf8), .plain, charactersMax: 2).isShortened)
    }

    @Test func `named characters are where Unicode has them`() {
        let known: [(String, UInt32)] = [
            ("nbsp", 0xA0), ("yuml", 0xFF), ("szlig", 0xDF), ("Alpha", 913), ("Rho", 929), ("Sigma", 931),
            ("omega", 969),
            ("sigmaf", 962), ("emsp", 8195), ("rlm", 8207), ("mdash", 8212), ("sbquo", 8218), ("bdquo", 8222),
            ("bull", 8226), ("harr", 8596), ("hArr", 8660), ("int", 8747), ("ge", 8805), ("sup", 8835), ("supe", 8839),
            ("rfloor", 8971), ("rsaquo", 8250), ("Prime", 8243), ("amp", 38), ("apos", 39), ("trade", 8482),
        ]
        for (name, value) in known { #expect(HTMLEntity.scalar(name)?.value == value) }
        #expect(HTMLEntity.scalar("NBSP") == nil)
    }
}
