import Domain
import JSON
import Testing

@testable import Films

/// What is taken for a script, and what is said of the rest.
@Suite struct FilmScriptTests {
    private static let plain: [String: JSONValue] = [
        "title": "A day", "scenes": [["host": "nova", "text": "Bitcoin stands still."]],
    ]

    private func faults(_ value: JSONValue) -> [String] {
        do throws(ScriptFaults) {
            _ = try FilmScript(reading: value)
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    private func faults(scene: [String: JSONValue]) -> [String] {
        let good: [String: JSONValue] = ["host": "nova", "text": "Bitcoin stands still."]
        return faults(.object(["title": "A day", "scenes": .array([.object(good.merging(scene) { $1 })])]))
    }

    @Test func `a script with nothing but words gets the usual form`() throws {
        let script = try FilmScript(reading: .object(Self.plain))
        #expect(script.form == .hd720 && script.theme == nil && script.teaser == nil)
        let scene = try #require(script.scenes.first)
        #expect(scene.style == .casual && scene.mood == .neutral && scene.ticker.isEmpty && scene.chart == nil)
    }

    @Test func `everything that can be said of a scene is read`() throws {
        let value = try JSONValue(
            parsing: Array(
                """
                {"title": "A day", "form": "1080p30", "theme": "dark", "teaser": {"from": 20, "to": 40}, "scenes": [
                {"host": "rex", "style": "cyberpunk", "mood": "excited", "text": "Up it goes.", "chapter": "Begin",
                "topic": "Bitcoin", "layout": "chartFull", "ticker": ["BTC-USD", "ETH-USD"],
                "chart": {"pair": "BTC-USD", "interval": "4h", "hours": 96}}]}
                """.utf8
            )
        )
        let script = try FilmScript(reading: value)
        let pair = try #require(TradingPair("BTC-USD"))
        #expect(script.form == .hd1080 && script.teaser == FilmScript.Teaser(from: 20, to: 40))
        #expect(script.scenes[0].chart == FilmScript.Chart(pair: pair, interval: .fourHours, hours: 96))
        #expect(script.scenes[0].ticker.map(\.text) == ["BTC-USD", "ETH-USD"])
        #expect(script.scenes[0].style == .cyberpunk && script.scenes[0].mood == .excited)
    }

    @Test func `a teaser that is only wished for has the usual length`() throws {
        let script = try FilmScript(reading: .object(Self.plain.merging(["teaser": true]) { $1 }))
        #expect(script.teaser == .usual)
        let without = try FilmScript(reading: .object(Self.plain.merging(["teaser": false]) { $1 }))
        #expect(without.teaser == nil)
    }

    @Test func `what is wrong is said with the field's name, all of it at once`() {
        let value: JSONValue = [
            "form": "4k", "colour": "red",
            "scenes": [["host": "nova", "text": "Good."], ["host": "../nova", "style": "wild", "ticker": ["btc"]]],
        ]
        #expect(
            faults(value) == [
                "colour: is not known; there are title, form, theme, scenes, teaser", "title: is missing",
                "form: must be one of 720p25, 1080p30", "scenes.1.host: may hold letters, digits and hyphens only",
                "scenes.1.style: must be one of casual, formal, cyberpunk", "scenes.1.text: is missing",
                "scenes.1.ticker.0: must be a pair such as BTC-USD",
            ]
        )
    }

    @Test(
        arguments: [
            ["text": ""], ["text": 5], ["text": "<b>Buy</b> now"], ["text": "Say \u{7} this"],
            ["text": "[laughs] Yes."],
            ["text": "***"], ["host": ""], ["host": "nova nova"], ["chapter": "Two\nlines"], ["topic": "\u{202E}right"],
            ["chart": "BTC-USD"], ["chart": ["pair": "BTC-USD", "interval": "7m"]],
            ["chart": ["pair": "BTC-USD", "interval": "1m", "hours": 48]], ["chart": ["pair": "BTC-USD", "hours": 0]],
            ["layout": "one/host"], ["mood": "bored"], ["ticker": "BTC-USD"],
        ] as [[String: JSONValue]]
    )
    func `what cannot be said or drawn is refused for one reason`(scene: [String: JSONValue]) {
        let faults = faults(scene: scene)
        let field = scene.keys.first ?? ""
        #expect(faults.count == 1 && faults[0].hasPrefix("scenes.0.\(field)"))
    }

    @Test func `no script is larger than it may be`() {
        let word = "word "
        #expect(faults(scene: ["text": .string(String(repeating: "a", count: 10_001))]).count == 1)
        let scenes = [JSONValue](repeating: ["host": "nova", "text": "A word."], count: 201)
        #expect(faults(["title": "A", "scenes": .array(scenes)]) == ["scenes: has 201 entries, not 1 to 200"])
        #expect(faults(["title": "A", "scenes": []]) == ["scenes: has 0 entries, not 1 to 200"])
        let long = String(repeating: word, count: 1999) + "end."
        let many = [JSONValue](repeating: ["host": "nova", "text": .string(long)], count: 6)
        #expect(faults(["title": "A", "scenes": .array(many)]).last?.contains("12000 words") == true)
        #expect(faults(["title": .string(String(repeating: "t", count: 201)), "scenes": .array([])]).count == 2)
        // One character, and as many bytes as anybody likes.
        let tower = "e" + String(repeating: "\u{301}", count: 5000)
        #expect(faults(["title": .string(tower), "scenes": .array([])]).count == 2)
        #expect(faults(.array([])) == ["script: must be an object", "title: is missing", "scenes: is missing"])
        let unknown = Dictionary(uniqueKeysWithValues: (0..<500).map { ("x\($0)", JSONValue.null) })
        #expect(faults(.object(unknown)).count == 50)
    }

    @Test func `a script is kept as it was read`() throws {
        let script = try FilmScript(reading: .object(Self.plain))
        let bytes = try EventCoding.roundTrip(script)
        #expect(bytes == script)
    }

    @Test func `what is made here costs nothing, and a provider's work what the rules say`() throws {
        #expect(FilmPrice.credits(of: FilmPrice.drawnHere) == 0)
        let cost = { (text: String) in try #require(ExactDecimal(text)) }
        #expect(FilmPrice.credits(of: .provider(try cost("1"))) == 65)
        #expect(FilmPrice.credits(of: .provider(try cost("0.0154"))) == 2)
        #expect(FilmPrice.credits(of: .provider(try cost("0"))) == 1)
        #expect(FilmPrice.credits(of: [.station, .provider(try cost("0.02")), .provider(try cost("0.02"))]) == 4)
        #expect(FilmPrice.credits(of: .provider(try cost("-1"))) == nil)
    }
}
