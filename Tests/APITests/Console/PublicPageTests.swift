import HTTPClient
import JSON
import Testing

@testable import API

/// What anybody sees, asked over a real connection.
@Suite(.timeLimit(.minutes(1))) struct PublicPageTests {
    private let browser: HTTPHeaders = ["accept": "text/html,application/xhtml+xml,*/*;q=0.8"]

    private func text(_ response: HTTPResponse) -> String { String(decoding: response.body, as: UTF8.self) }

    @Test func `the page shows what is said, and the prices with their age and source`() async throws {
        var sample = ConsoleSample()
        sample.texts = ["Newest words.", "Words before."]
        sample.prices = [("BTC-USD", "64250.12", "binance", 2), ("ETH-USD", "3100", "kraken", 600)]
        try await sample.serving { ask in
            let response = try await ask(.get, "/", browser)
            let page = text(response)
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "text/html; charset=utf-8")
            #expect(response.headers["cache-control"] == "no-store")
            #expect(page.hasPrefix("<!doctype html>"))
            let (now, before) = (page.firstRange(of: "Newest words."), page.firstRange(of: "Words before."))
            #expect(try #require(now).lowerBound < (try #require(before)).lowerBound)
            #expect(page.contains("Measured at binance, ") && page.contains(": BTC/USD price 64,250.12</p>"))
            #expect(page.contains("<strong>3,100</strong>"))
            #expect(page.contains(" · 10 min ago") && page.components("stale</span>") == 1)
            #expect(page.contains("voice: off") && !page.contains("playing"))
        }
    }

    @Test func `what is missing says what it waits for`() async throws {
        var sample = ConsoleSample()
        sample.source = nil
        sample.status = .starting
        try await sample.serving { ask in
            let page = text(try await ask(.get, "/", browser))
            #expect(page.contains("No prices yet: no exchange answers."))
            #expect(page.contains("Nothing was said yet."))
            #expect(page.contains("The station is starting."))
        }
    }

    @Test func `a station that is muted, or plays history, says so`() async throws {
        var sample = ConsoleSample()
        sample.isMuted = true
        sample.prices = [("BTC-USD", "1", "replay:file.csv", 600)]
        try await sample.serving { ask in
            let page = text(try await ask(.get, "/", browser))
            #expect(page.contains("An operator has stopped the output."))
            #expect(page.contains("Recorded prices, played back."))
            #expect(!page.contains("stale</span>"))
        }
    }

    @Test func `a station whose hosts are off the air says so, and the emergency stop says more`() async throws {
        var sample = ConsoleSample()
        sample.isOffAir = true
        try await sample.serving { ask in
            let page = text(try await ask(.get, "/", browser))
            #expect(page.contains("off the air</span>") && page.contains("taken the hosts off the air."))
            #expect(page.contains("Said last"))
        }
        sample.isMuted = true
        try await sample.serving { ask in
            let page = text(try await ask(.get, "/", browser))
            #expect(page.contains("An operator has stopped the output.") && !page.contains("off the air</span>"))
        }
    }

    @Test func `hostile words, reasons and names are shown as text`() async throws {
        var sample = ConsoleSample()
        sample.name = ConsoleSample.hostile
        sample.texts = [ConsoleSample.hostile, ConsoleSample.hostile]
        sample.status = .degraded
        sample.reasons = [ConsoleSample.hostile]
        sample.prices = [("BTC-USD", "1", ConsoleSample.hostile, 1)]
        try await sample.serving { ask in
            for path in ["/", "/nothing-\(UInt8.random(in: 0...9))"] {
                let page = text(try await ask(.get, path, browser))
                #expect(page.components("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;") > 2)
                #expect(!page.contains("alert(\"x\")") && !page.contains("<img"))
            }
        }
    }

    @Test func `a page may load nothing that is not ours`() async throws {
        try await ConsoleSample().serving { ask in
            let response = try await ask(.get, "/", browser)
            let policy = try #require(response.headers["content-security-policy"])
            for rule in [
                "default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'",
                "media-src 'self' blob:",
            ] {
                #expect(policy.contains(rule))
            }
            #expect(!policy.contains("unsafe") && !policy.contains("*"))
            // With none at all, browsers would hide where a form comes from.
            #expect(response.headers["referrer-policy"] == "same-origin")
            let page = text(response)
            #expect(!page.contains("style=") && !page.contains(" on") || page.components(" onclick") == 0)
            #expect(page.components("<script") == page.components("<script type=\"module\" src=\"/static/"))
        }
    }

    @Test func `files are kept for good under a path that changes with them`() async throws {
        try await ConsoleSample().serving { ask in
            let page = text(try await ask(.get, "/", browser))
            let paths = page.split(separator: "\"").filter { $0.hasPrefix("/static/") }
            #expect(paths.count == 4)
            var size = page.utf8.count
            for path in Set(paths) {
                let response = try await ask(.get, String(path), [:])
                #expect(response.status == 200 && !response.body.isEmpty, "\(path)")
                #expect(response.headers["cache-control"] == "public, max-age=31536000, immutable")
                let tag = try #require(response.headers["etag"])
                let again = try await ask(.get, String(path), ["if-none-match": "\"other\", \(tag)"])
                #expect(again.status == 304 && again.body.isEmpty)
                size += response.body.count
            }
            #expect(size < 60_000)
            #expect(try await ask(.get, "/static/0123456789abcdef/console.css", [:]).status == 404)
            let folder = try #require(paths.first).split(separator: "/").dropLast().joined(separator: "/")
            #expect(try await ask(.get, "/\(folder)/other.css", [:]).status == 404)
        }
    }

    @Test func `a browser gets pages for what is not there, and a program the one error body`() async throws {
        try await ConsoleSample().serving { ask in
            let page = try await ask(.get, "/nothing", browser)
            #expect(page.status == 404 && text(page).contains("<h1>Not found</h1>"))
            #expect(text(page).contains(try #require(page.headers["x-request-id"])))
            for (path, headers) in [("/nothing", [:]), ("/api/nothing", browser)] as [(String, HTTPHeaders)] {
                let answer = try await ask(.get, path, headers)
                #expect(answer.status == 404)
                #expect(try JSONValue(parsing: answer.body)["error"]?.string == "not_found")
            }
            let method = try await ask(.delete, "/", browser)
            #expect(method.status == 405 && method.headers["allow"] == "GET, HEAD")
        }
    }
}

extension String {
    /// How often a text stands in this one.
    func components(_ text: String) -> Int { ranges(of: text).count }
}
