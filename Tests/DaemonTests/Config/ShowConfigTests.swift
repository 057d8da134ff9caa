import Actors
import Media
import Testing

@testable import Daemon

/// The `[show]` and `[cohost]` sections.
@Suite struct ShowConfigTests {
    private func problems(_ text: String) throws -> [String] {
        try ConfigFixture().load(text).errors.map(\.description)
    }

    @Test(arguments: [
        "[show]\nhour = [\"00 ident\"]", "[show]\nhour = [\"00 talk\", \"01 market\", \"59 headlines\"]",
        "[cohost]\nname = \"\"", "[cohost]\npersona = \"\"\nopenai_voice = \"\"",
    ])
    func `these are good`(text: String) throws {
        #expect(try problems(text) == [])
    }

    @Test(arguments: [
        ("[show]\nhour = []", "show.hour", "empty"), ("[show]\nhour = [\"05 talk\"]", "show.hour[0]", "minute 00"),
        ("[show]\nhour = [\"00 talk\", \"30 calls\"]", "show.hour[1]", "there are no calls on this station yet"),
        ("[show]\nhour = [\"00 talk\", \"00 market\"]", "show.hour[1]", "later"),
        ("[show]\nhour = [\"00 music\"]", "show.hour[0]", "headlines, market, talk, ident"),
        ("[cohost]\nname = \"Nova\"", "cohost.name", "another name"),
        ("[cohost]\nflite_voice = \"bob\"", "cohost.flite_voice", "slt"),
        ("[cohost]\nespeak_voice = \"\"", "cohost.espeak_voice", "empty"),
        ("[onair]\ntranscripts_days = 0", "onair.transcripts_days", "between"),
    ])
    func `these are named with their key and the reason`(text: String, key: String, reason: String) throws {
        let found = try problems(text)
        #expect(found.count == 1 && found.allSatisfy { $0.contains("\(key):") && $0.contains(reason) }, "\(found)")
    }

    @Test func `each host has a voice of each engine, and whoever talks alone has the first`() {
        var configuration = Configuration()
        let both = SpeakerSettings(configuration).personas.mapValues(\.manner.voices)
        #expect(both["Nova"] == ["flite": "slt", "espeak": "en-us+f3"])
        #expect(both["Rex"] == ["flite": "rms", "espeak": "en-us+m3", "openai": "onyx"])
        #expect(HostSettings(configuration, isQuiet: false).hosts.map(\.name) == ["Nova", "Rex"])
        configuration.cohost.name = ""
        #expect(Array(SpeakerSettings(configuration).personas.keys) == ["Nova"])
        #expect(HostSettings(configuration, isQuiet: false).hosts.map(\.name) == ["Nova"])
    }
}
