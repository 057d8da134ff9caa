/// One sound, or a pause, in a row without gaps.
struct SingleSound: Hashable, Sendable {
    /// In ARPAbet without its stress; empty for a pause, and for what is not known.
    var name: String
    var start: Int
    var end: Int
    var isPause = false
    /// Whether it is what is left of a plosive after its closure.
    var isRelease = false

    var length: Int { end - start }

    /// From 0 to the end of the last phone, with pauses in the gaps.
    static func list(_ phones: [TimedPhone]) -> [SingleSound] {
        var sounds: [SingleSound] = []
        var end = 0
        for phone in phones {
            if phone.start > end { pause(to: phone.start, from: end, &sounds) }
            let start = max(phone.start, end)
            guard phone.end > start else { continue }
            if phone.isPause {
                pause(to: phone.end, from: start, &sounds)
            } else {
                let names = phone.arpabet.isEmpty ? [""] : phone.arpabet
                for (place, name) in names.enumerated() {
                    sounds.append(
                        SingleSound(
                            name: String(name.prefix { !$0.isNumber }),
                            start: start + (phone.end - start) * place / names.count,
                            end: start + (phone.end - start) * (place + 1) / names.count
                        )
                    )
                }
            }
            end = phone.end
        }
        return sounds
    }

    /// Pauses that follow one another are one.
    private static func pause(to end: Int, from start: Int, _ sounds: inout [SingleSound]) {
        if let last = sounds.indices.last, sounds[last].isPause {
            sounds[last].end = end
        } else {
            sounds.append(SingleSound(name: "", start: start, end: end, isPause: true))
        }
    }

    /// Puts the closures of plosives before their releases: half of the time of the phone before, 40 to 120 ms.
    ///
    /// A release has the mouth of whatever follows.
    static func moveClosures(_ sounds: inout [SingleSound]) {
        var result: [SingleSound] = []
        var before = 0
        for sound in sounds {
            guard PhoneShapes.plosives.contains(sound.name) else {
                result.append(sound)
                before = sound.length
                continue
            }
            let closure = min(max(before / 2, MouthTime.milliseconds(40)), MouthTime.milliseconds(120))
            let start = max(0, sound.start - closure)
            make(room: start, for: sound, &result)
            let from = result.last?.end ?? 0
            if sound.start > from { result.append(SingleSound(name: sound.name, start: from, end: sound.start)) }
            result.append(SingleSound(name: sound.name, start: sound.start, end: sound.end, isRelease: true))
            before = sound.length
        }
        sounds = result
    }

    /// Shortens what came before; of that the whole may be gone, since a closure is longer than the shortest sounds.
    ///
    /// What is read from lips stays: f and v give half of their time to p and b, and nothing to others.
    private static func make(room start: Int, for sound: SingleSound, _ result: inout [SingleSound]) {
        while let last = result.indices.last, result[last].end > start {
            guard !result[last].isLipClosure else { return }
            if result[last].isLipBite {
                guard sound.name == "P" || sound.name == "B" else { return }
                result[last].end = max(start, result[last].start + result[last].length / 2)
                return
            }
            result[last].end = max(start, result[last].start)
            if result[last].length > 0 { return }
            result.removeLast()
        }
    }

    /// Whether lips are pressed together for it all the time.
    var isLipClosure: Bool { !isRelease && (name == "P" || name == "B" || name == "M" || name == "EM") }

    private var isLipBite: Bool { name == "F" || name == "V" }

    /// Its shapes.
    ///
    /// - Parameters:
    ///   - next: those of the sound that follows, which a release has.
    ///   - vowel: the next one, whose shape a breath has.
    /// - Returns: its parts; without what follows a release and a breath are as what is not known.
    func parts(next: [MouthShape]?, vowel: SingleSound?) -> PhoneShapes.Parts {
        if isRelease { return [(next ?? PhoneShapes.unknown, 100)] }
        guard name == "HH" else { return PhoneShapes.parts(name, length: length) }
        return [(vowel.map { PhoneShapes.parts($0.name, length: $0.length)[0].shapes } ?? PhoneShapes.unknown, 100)]
    }
}
