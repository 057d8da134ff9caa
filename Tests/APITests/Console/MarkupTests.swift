import Testing

@testable import API

/// Nothing that was read anywhere can become markup.
struct MarkupTests {
    private struct Sample: View {
        let text: String

        var body: Markup {
            p(.class("note"), Attribute(.title, text)) { text }
        }
    }

    private func html(_ text: String) -> String { Sample(text: text).body.html }

    @Test func `plain text stands as it is`() {
        #expect(
            html("plain 64,250.12 – ünï") == #"<p class="note" title="plain 64,250.12 – ünï">plain 64,250.12 – ünï</p>"#
        )
    }

    static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
        "</title><svg/onload=1>",
        "<!--", "-->", "]]>", "&lt;script&gt;", "&#60;b&#62;", "<\u{0}script>", "\u{2028}<b>", "＜script＞<b>", "`<b>`",
        "<a href=javascript:alert(1)>",
    ]

    @Test(arguments: hostile)
    func `no text opens or closes anything`(text: String) {
        let html = html(text)
        let inner = html.dropFirst(#"<p class="note" title=""#.count).dropLast("</p>".count)
        let parts = inner.split(separator: "\">", maxSplits: 1, omittingEmptySubsequences: false)
        #expect(parts.count == 2, "the attribute ends where it should")
        for part in parts {
            #expect(!part.contains("<") && !part.contains("\"") && !part.contains("'"), "\(part)")
            #expect(part.split(separator: "&", omittingEmptySubsequences: false).dropFirst().allSatisfy(isEntity))
        }
    }

    private func isEntity(_ text: Substring) -> Bool {
        ["amp;", "lt;", "gt;", "quot;", "#39;"].contains { text.hasPrefix($0) }
    }

    @Test func `what was escaped once is escaped again, so that it reads as it was`() {
        #expect(Markup(text: "&amp;").html == "&amp;amp;")
    }

    @Test(arguments: ["\u{0}", "\u{8}", "\u{1B}", "\u{7F}", "\u{85}", "\u{202E}", "\u{2066}", "\u{FFFF}", "\u{1FFFE}"])
    func `what cannot be shown, or turns the text around, is replaced`(text: String) {
        #expect(Markup(text: "a\(text)b").html == "a\u{FFFD}b")
    }

    @Test func `a joined emoji and line breaks stay`() {
        #expect(Markup(text: "a\n\tb 👩‍👧").html == "a\n\tb 👩‍👧")
    }

    @Test(arguments: [
        "", "account", "//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "javascript:alert(1)", "/a b", "/a\u{9}b", "/a\r\nset-cookie: x=y", "/ü", " /account",
        "/" + String(repeating: "a", count: OwnPath.bytesMax),
    ])
    func `a path that could lead elsewhere is none`(text: String) { #expect(OwnPath(text) == nil) }

    @Test func `our own paths are paths, and take any text as a part`() throws {
        let text = "/operations/audit?before=12"
        let path = try #require(OwnPath(text))
        #expect(path.text == text)
        let login: OwnPath = "/login"
        #expect(login.asking("next", path.text).text == "/login?next=%2Foperations%2Faudit%3Fbefore%3D12")
        #expect(login.appending("../ü?#").text == "/login/..%2F%C3%BC%3F%23")
        #expect(login.asking("a", "1").asking("b", "&").text == "/login?a=1&b=%26")
    }
}
