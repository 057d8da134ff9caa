import Bus
import TestKit
import Testing
import Threading

@testable import Media

/// Who speaks when somebody cannot, and sentence after sentence.
@Suite(.timeLimit(.minutes(1))) struct ChainTests {
    private let failure = SpeechError(.failed, "first: it crashed")

    @Test func `the first engine that can answers, and who could not is told`() async throws {
        let (first, second) = (FakeEngine("first", .fails(failure)), FakeEngine("second"))
        let chain = VoiceChain([FakeEngine("none", unavailable: "none: no key is set"), first, second])
        let answer = try await chain.say(SpeechRequest(text: "Up."))
        #expect(answer.audio.engine == "second" && !answer.isCached)
        let told = answer.passedOver.map { "\($0.engine): \($0.reason)" }
        #expect(told == ["none: none: no key is set", "first: first: it crashed"])
    }

    @Test func `an engine that fails three times is left alone for a while, then tried again`() async throws {
        let clock = ManualClock()
        let first = FakeEngine("first", .fails(failure))
        let chain = VoiceChain([first, FakeEngine("second")], stopwatch: Stopwatch(clock))
        let request = try SpeechRequest(text: "Up.")
        for _ in 0..<3 { _ = try await chain.say(request) }
        let answer = try await chain.say(request)
        #expect(answer.passedOver.map(\.reason) == ["first: left alone after failures"] && first.texts.count == 3)
        let standing = try #require(await chain.standings().first)
        #expect(standing.isLeftAlone && standing.failed == 3 && standing.lastFailure == "first: it crashed")
        first.become(.says)
        clock.advance(by: .seconds(31))
        #expect(try await chain.say(request).audio.engine == "first")
        #expect(try #require(await chain.standings().first).answered == 1)
    }

    @Test func `a key that is refused shuts an engine out at once, and a bad voice does not`() async throws {
        let refused = FakeEngine("refused", .fails(SpeechError(.keyRefused, "refused: the key is refused (401)")))
        let picky = FakeEngine("picky", .fails(SpeechError(.badSetting, "voice: picky has no such voice")))
        let chain = VoiceChain([refused, picky, FakeEngine("last")])
        for _ in 0..<5 { _ = try await chain.say(SpeechRequest(text: "Up.")) }
        #expect(refused.texts.count == 1 && picky.texts.count == 5)
    }

    @Test func `a text that is wrong is wrong for all`() async throws {
        let second = FakeEngine("second")
        let chain = VoiceChain([FakeEngine("first", .fails(SpeechError(.badText, "text: no"))), second])
        await #expect(throws: SpeechError(.badText, "text: no")) { try await chain.say(SpeechRequest(text: "Up.")) }
        #expect(second.texts.isEmpty)
    }

    @Test func `when nobody speaks all reasons are told, and the station knows that it is off`() async throws {
        let chain = VoiceChain([FakeEngine("a", unavailable: "a: gone"), FakeEngine("b", unavailable: "b: gone")])
        await #expect(throws: SpeechError(.unavailable, "voice: nobody speaks: a: gone; b: gone")) {
            try await chain.say(SpeechRequest(text: "Up."))
        }
        await #expect(throws: SpeechError(.unavailable, "voice: no engine speaks fr")) {
            try await chain.say(SpeechRequest(text: "Oui.", language: "fr"))
        }
        #expect(await chain.isOff())
        #expect(await VoiceChain([FakeEngine("a")]).isOff() == false)
    }

    @Test func `each language can have an order of its own`() throws {
        let engines = ["a", "b", "c"].map { FakeEngine($0, languages: ["en", "de", "de-AT"]) }
        let chain = VoiceChain(engines, orders: ["de": ["c", "a", "x"]])
        #expect(chain.engines(for: "en").map(\.name) == ["a", "b", "c"])
        #expect(chain.engines(for: "de-AT").map(\.name) == ["c", "a"])
        #expect(chain.engines(for: "fr").isEmpty)
    }

    @Test func `what has been said comes from the cache, also when its engine is gone`() async throws {
        let folder = try TemporaryFolder()
        let cache = try await SpeechCache.open(folder.path("speech"), bytesMax: 1_000_000)
        let engine = FakeEngine("first")
        let request = try SpeechRequest(text: "Up.")
        let chain = VoiceChain([engine, FakeEngine("second")], cache: cache)
        let made = try await chain.say(request)
        engine.become(.fails(failure))
        let cached = try await chain.say(request)
        #expect(cached.isCached && cached.audio == made.audio && engine.texts.count == 1)
        #expect(try await chain.say(SpeechRequest(text: "Down.")).audio.engine == "second")
    }

    @Test func `a cache that cannot be written costs no speech`() async throws {
        let folder = try TemporaryFolder()
        let cache = try await SpeechCache.open(folder.path("speech"), bytesMax: 1_000_000)
        let chain = VoiceChain([FakeEngine("first")], cache: cache)
        // A file where the folder was.
        _ = try Programs.run("/bin/sh", ["-c", "rm -r \(folder.path("speech")) && touch \(folder.path("speech"))"])
        #expect(try await chain.say(SpeechRequest(text: "Up.")).audio.engine == "first")
        #expect(chain.unkept.count == 1 && chain.unkept.last?.hasPrefix("open ") ?? false)
    }

    // MARK: Sentence by sentence

    private static let text = "One is up. Two is up. Three is up. Four is up. Five is up."

    @Test func `sentences come in order, with their places`() async throws {
        let chain = VoiceChain([FakeEngine("first")])
        let sentences = try await chain.speak(Self.text) { sentences in
            var all: [SpokenSentence] = []
            for try await sentence in sentences { all.append(sentence) }
            return all
        }
        #expect(
            sentences.map(\.sentence.text) == [
                "One is up.", "Two is up.", "Three is up.", "Four is up.", "Five is up.",
            ]
        )
        #expect(sentences.map(\.index) == [0, 1, 2, 3, 4] && sentences.allSatisfy { $0.count == 5 })
        #expect(sentences[1].sentence.range == 11..<21)
    }

    @Test(arguments: [1, 2, 7]) func `no more is made ahead than asked for`(prefetch: Int) async throws {
        let engine = FakeEngine("first")
        let chain = VoiceChain([engine])
        let ahead = min(prefetch, 2)
        try await chain.speak(Self.text, prefetch: prefetch) { (sentences) async throws in
            var iterator = sentences.makeAsyncIterator()
            let first = try await iterator.next()
            #expect(first?.index == 0)
            // While the first plays, the next are made, and then nobody is asked.
            while engine.texts.count < 1 + ahead { await engine.asked.wait() }
            for _ in 0..<100 { await Task.yield() }
            #expect(engine.texts.count == 1 + ahead)
            let second = try await iterator.next()
            #expect(second?.index == 1)
        }
    }

    @Test func `leaving early ends the making`() async throws {
        let engine = FakeEngine("first")
        let chain = VoiceChain([engine])
        struct Enough: Error {}
        await #expect(throws: Enough.self) {
            try await chain.speak(Self.text) { sentences in
                for try await _ in sentences {
                    engine.become(.hangs)
                    throw Enough()
                }
            }
        }
        #expect(engine.texts.count < 5)
    }

    @Test func `a sentence that nobody can say ends the text with the reason`() async throws {
        let engine = FakeEngine("first")
        let chain = VoiceChain([engine])
        await #expect(throws: SpeechError(.failed, "first: it crashed")) {
            try await chain.speak(Self.text) { sentences in
                for try await sentence in sentences where sentence.index == 0 { engine.become(.fails(failure)) }
            }
        }
    }

    @Test func `a cancelled speech says nothing more`() async throws {
        let engine = FakeEngine("first", .hangs)
        let chain = VoiceChain([engine])
        let outcome = await withTaskGroup(of: Result<Void, any Error>.self) { group in
            // Speaks until it is cancelled.
            group.addTask {
                do {
                    return .success(try await chain.speak(Self.text) { for try await _ in $0 {} })
                } catch {
                    return .failure(error)
                }
            }
            await engine.asked.wait()
            group.cancelAll()
            return await group.next()
        }
        #expect(throws: SpeechError.self) { try outcome?.get() }
        #expect(engine.texts.count == 1)
    }

    @Test func `a text that cannot be said is refused before anybody is asked`() async throws {
        let engine = FakeEngine("first")
        await #expect(throws: SpeechError(.badText, "text: markup at character 1")) {
            try await VoiceChain([engine]).speak("<b>Up</b>") { for try await _ in $0 {} }
        }
        #expect(engine.texts.isEmpty)
    }

    @Test func `each tier has a voice of its own`() throws {
        let tiers = try (1...5).map { try #require(VoicePersona.tier($0)).manner }
        #expect(Set(tiers).count == 5 && VoicePersona.tier(0) == nil && VoicePersona.tier(6) == nil)
        #expect(tiers[0].pitch < 0 && tiers[0].speed < 1 && tiers[1].speed > 1 && tiers[1].pitch == 0)
        #expect(
            tiers[2] == VoiceManner(voices: tiers[2].voices, effect: .clean) && tiers[3].pitch > 0
                && tiers[3].speed == 1
        )
        #expect(tiers[4].pitch < tiers[0].pitch && tiers[4].speed < 1)
        #expect(tiers.map(\.effect) == [.gentle, .sharp, .clean, .awe, .ritual])
    }
}
