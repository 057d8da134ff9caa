package import JSON

/// What the station wants said.
package struct SpeechOrder: Hashable, Sendable {
    package var text: String
    /// A name that espeak-ng knows, with or without a variant: `en-us`, `en-us+f3`.
    package var voice: String
    /// Words in a minute, 80 to 450.
    package var rate: Int
    /// 0 to 100; 50 is the voice's own.
    package var pitch: Int

    package init(text: String, voice: String, rate: Int, pitch: Int) {
        self.text = text
        self.voice = voice
        self.rate = rate
        self.pitch = pitch
    }

    /// In characters.
    package static let textMax = 10_000

    package var json: JSONValue {
        ["text": .string(text), "voice": .string(voice), "rate": .int(Int64(rate)), "pitch": .int(Int64(pitch))]
    }

    /// - Returns: `nil` with the name of what is missing or out of range in `fault`.
    package init?(_ json: JSONValue, fault: inout String) {
        guard let text = json["text"]?.string, !text.isEmpty, text.count <= SpeechOrder.textMax,
            !text.unicodeScalars.contains("\0")
        else {
            fault = "text: 1 to \(SpeechOrder.textMax) characters"
            return nil
        }
        guard let voice = json["voice"]?.string, !voice.isEmpty, voice.utf8.count <= 64,
            voice.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") })
        else {
            fault = "voice: a name without slashes"
            return nil
        }
        guard let rate = json["rate"]?.int, (80...450).contains(rate) else {
            fault = "rate: 80 to 450"
            return nil
        }
        guard let pitch = json["pitch"]?.int, (0...100).contains(pitch) else {
            fault = "pitch: 0 to 100"
            return nil
        }
        self.init(text: text, voice: voice, rate: Int(rate), pitch: Int(pitch))
    }
}

/// What was said, and when.
package struct SpeechReport: Hashable, Sendable {
    /// Something that begins at a moment.
    package struct Onset: Hashable, Sendable {
        /// Samples from the start.
        package let sample: Int
        /// A phone's name; of a word nothing.
        package let name: String
        /// Of a word: where it stands in the text, in characters from 0, and its length; of a phone 0.
        package let position: Int
        package let length: Int

        package init(sample: Int, name: String = "", position: Int = 0, length: Int = 0) {
            self.sample = sample
            self.name = name
            self.position = position
            self.length = length
        }
    }

    /// Samples in a second.
    package let sampleRate: Int
    /// How many samples were sent.
    package let sampleCount: Int
    package let words: [Onset]
    package let phones: [Onset]

    package init(sampleRate: Int, sampleCount: Int, words: [Onset], phones: [Onset]) {
        self.sampleRate = sampleRate
        self.sampleCount = sampleCount
        self.words = words
        self.phones = phones
    }

    package var json: JSONValue {
        [
            "rate": .int(Int64(sampleRate)), "samples": .int(Int64(sampleCount)),
            "words": .array(words.map { [.int(Int64($0.sample)), .int(Int64($0.position)), .int(Int64($0.length))] }),
            "phones": .array(phones.map { [.int(Int64($0.sample)), .string($0.name)] }),
        ]
    }

    /// - Returns: `nil` when it is no report.
    package init?(_ json: JSONValue) {
        guard let rate = json["rate"]?.int, (1_000...192_000).contains(rate), let count = json["samples"]?.int,
            count >= 0, let words = json["words"]?.array, let phones = json["phones"]?.array
        else { return nil }
        self.init(
            sampleRate: Int(rate),
            sampleCount: Int(count),
            words: words.compactMap { word in
                guard let sample = word[0]?.int, let position = word[1]?.int, let length = word[2]?.int else {
                    return nil
                }
                return Onset(sample: Int(sample), position: Int(position), length: Int(length))
            },
            phones: phones.compactMap { phone in
                guard let sample = phone[0]?.int, let name = phone[1]?.string else { return nil }
                return Onset(sample: Int(sample), name: name)
            }
        )
        guard self.words.count == words.count, self.phones.count == phones.count else { return nil }
    }
}
