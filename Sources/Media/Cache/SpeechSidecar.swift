import Domain
import JSON

/// The times of a sentence as JSON beside its sound, with a hash of that sound.
enum SpeechSidecar {
    static func bytes(_ audio: SpokenAudio, sound: [UInt8]) -> [UInt8] {
        let words = audio.words.map { word -> JSONValue in
            [
                "text": .string(word.text), "from": .int(Int64(word.range.lowerBound)),
                "to": .int(Int64(word.range.upperBound)), "start": .double(word.start), "end": .double(word.end),
                "estimated": .bool(word.isEstimated),
            ]
        }
        let phones = audio.phones.map { phone -> JSONValue in
            [
                "name": .string(phone.name), "arpabet": .array(phone.arpabet.map(JSONValue.string)),
                "start": .double(phone.start), "end": .double(phone.end), "pause": .bool(phone.isPause),
            ]
        }
        let whole: JSONValue = [
            "version": 1, "engine": .string(audio.engine), "voice": .string(audio.voice),
            "loudness": audio.loudness.map(JSONValue.double) ?? .null, "sha256": .string(hash(sound)),
            "words": .array(words), "phones": .array(phones),
        ]
        return whole.bytes
    }

    /// - Returns: `nil` when the two do not belong together, or one of them is damaged.
    static func audio(_ sound: [UInt8], _ times: [UInt8]) -> SpokenAudio? {
        guard let whole = try? JSONValue(parsing: times), whole["version"] == 1, whole["sha256"]?.string == hash(sound),
            let engine = whole["engine"]?.string, let voice = whole["voice"]?.string, let words = whole["words"]?.array,
            let phones = whole["phones"]?.array, let pcm = try? WAV.read(sound)
        else { return nil }
        let (wordTimes, phoneTimes) = (words.compactMap(word), phones.compactMap(phone))
        guard wordTimes.count == words.count, phoneTimes.count == phones.count else { return nil }
        return SpokenAudio(
            sound: pcm,
            words: wordTimes,
            phones: phoneTimes,
            engine: engine,
            voice: voice,
            loudness: whole["loudness"]?.double
        )
    }

    private static func word(_ value: JSONValue) -> WordTime? {
        guard let text = value["text"]?.string, let from = value["from"]?.int, let to = value["to"]?.int, from >= 0,
            from <= to, let start = value["start"]?.double, let end = value["end"]?.double,
            let isEstimated = value["estimated"]?.bool
        else { return nil }
        return WordTime(text: text, range: Int(from)..<Int(to), start: start, end: end, isEstimated: isEstimated)
    }

    private static func phone(_ value: JSONValue) -> PhoneTime? {
        guard let name = value["name"]?.string, let arpabet = value["arpabet"]?.array,
            let start = value["start"]?.double, let end = value["end"]?.double, let isPause = value["pause"]?.bool
        else { return nil }
        return PhoneTime(name: name, arpabet: arpabet.compactMap(\.string), start: start, end: end, isPause: isPause)
    }

    private static func hash(_ bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hash.hexadecimal()
    }
}
