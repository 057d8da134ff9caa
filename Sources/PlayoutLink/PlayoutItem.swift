package import Bus

/// What an item is, which decides how the bed behaves under it.
package enum ItemKind: String, Codable, CaseIterable, BitwiseCopyable, Sendable {
    /// The bed ducks under it.
    case speech
    case jingle
    case ident
    /// The bed is silent under it.
    case music
    /// The recorded sound of a call; as speech.
    case call
}

/// One piece of audio in the running order.
package struct PlayoutItem: Codable, Hashable, Sendable {
    /// Chosen by who queues it; the same id is never played twice.
    package var id: String
    package var kind: ItemKind
    /// A WAV file: 48 kHz, one or two channels, 16-bit or float.
    ///
    /// A path that is not absolute lies in the audio folder.
    package var file: String
    /// How long it is, as far as the sender knows; the file decides.
    package var frames: Int64?
    /// What brings the file to the station's loudness.
    package var gainDecibels: Double
    package var title: String
    /// What is said.
    package var text: String
    /// The segment that it belongs to.
    package var segment: String?
    /// Not played before; what stands behind it goes first until then.
    package var notBefore: Timestamp?
    package var words: [CaptionWord]
    /// What the mouth of whoever says it does; `nil` where the voice has told none.
    package var phones: [SpeechPhone]?
    /// Whether a phone's time is that of its onset, a stop's that of its release; otherwise phones follow without a gap.
    package var arePhonesOnsets: Bool?
    package var fadeInMilliseconds: Int
    package var fadeOutMilliseconds: Int
    /// How long it sounds together with the end of what plays before it.
    package var crossFadeMilliseconds: Int

    package init(
        id: String,
        kind: ItemKind,
        file: String,
        frames: Int64? = nil,
        gainDecibels: Double = 0,
        title: String = "",
        text: String = "",
        segment: String? = nil,
        notBefore: Timestamp? = nil,
        words: [CaptionWord] = [],
        fadeInMilliseconds: Int = 0,
        fadeOutMilliseconds: Int = 0,
        crossFadeMilliseconds: Int = 0,
        phones: [SpeechPhone]? = nil,
        arePhonesOnsets: Bool? = nil
    ) {
        self.phones = phones
        self.arePhonesOnsets = arePhonesOnsets
        self.id = id
        self.kind = kind
        self.file = file
        self.frames = frames
        self.gainDecibels = gainDecibels
        self.title = title
        self.text = text
        self.segment = segment
        self.notBefore = notBefore
        self.words = words
        self.fadeInMilliseconds = fadeInMilliseconds
        self.fadeOutMilliseconds = fadeOutMilliseconds
        self.crossFadeMilliseconds = crossFadeMilliseconds
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        kind = try fields.decode(ItemKind.self, forKey: .kind)
        file = try fields.decode(String.self, forKey: .file)
        frames = try fields.decodeIfPresent(Int64.self, forKey: .frames)
        gainDecibels = try fields.decodeIfPresent(Double.self, forKey: .gainDecibels) ?? 0
        title = try fields.decodeIfPresent(String.self, forKey: .title) ?? ""
        text = try fields.decodeIfPresent(String.self, forKey: .text) ?? ""
        segment = try fields.decodeIfPresent(String.self, forKey: .segment)
        notBefore = try fields.decodeIfPresent(Timestamp.self, forKey: .notBefore)
        words = try fields.decodeIfPresent([CaptionWord].self, forKey: .words) ?? []
        phones = try fields.decodeIfPresent([SpeechPhone].self, forKey: .phones)
        arePhonesOnsets = try fields.decodeIfPresent(Bool.self, forKey: .arePhonesOnsets)
        fadeInMilliseconds = try fields.decodeIfPresent(Int.self, forKey: .fadeInMilliseconds) ?? 0
        fadeOutMilliseconds = try fields.decodeIfPresent(Int.self, forKey: .fadeOutMilliseconds) ?? 0
        crossFadeMilliseconds = try fields.decodeIfPresent(Int.self, forKey: .crossFadeMilliseconds) ?? 0
    }
}

/// One word of an item, and when it is said.
package struct CaptionWord: Codable, Hashable, Sendable {
    package var text: String
    /// From the beginning of the item.
    package var startMilliseconds: Int
    package var endMilliseconds: Int

    package init(text: String, startMilliseconds: Int, endMilliseconds: Int) {
        self.text = text
        self.startMilliseconds = startMilliseconds
        self.endMilliseconds = endMilliseconds
    }
}

/// A sound of the language within an item.
package struct SpeechPhone: Codable, Hashable, Sendable {
    /// In ARPAbet; empty for a pause.
    package var arpabet: [String]
    /// From the beginning of the item.
    package var startMilliseconds: Int
    package var endMilliseconds: Int

    package init(arpabet: [String], startMilliseconds: Int, endMilliseconds: Int) {
        self.arpabet = arpabet
        self.startMilliseconds = startMilliseconds
        self.endMilliseconds = endMilliseconds
    }
}

extension PlayoutItem {
    /// Sizes that nothing on the air comes near.
    package enum Limits {
        package static let idSizeBytesMax = 100
        package static let fileSizeBytesMax = 1024
        package static let titleSizeBytesMax = 500
        package static let textSizeBytesMax = 20_000
        package static let wordsMax = 4000
        package static let phonesMax = 16_000
        package static let gainDecibels = -60.0...24.0
        package static let fadeMilliseconds = 0...10_000
    }

    /// Refuses what cannot be played as it stands.
    ///
    /// - Throws: `LinkError` with `.badParameters` that names the field.
    package func check() throws(LinkError) {
        func refuse(_ field: String, _ problem: String) throws(LinkError) { throw .badField("item.\(field)", problem) }
        if id.isEmpty || id.utf8.count > Limits.idSizeBytesMax { try refuse("id", "has 1 to 100 bytes") }
        if file.isEmpty || file.utf8.count > Limits.fileSizeBytesMax || file.utf8.contains(0) {
            try refuse("file", "is a path of at most 1024 bytes")
        }
        if !Limits.gainDecibels.contains(gainDecibels) { try refuse("gainDecibels", "is between -60 and 24") }
        if title.utf8.count > Limits.titleSizeBytesMax { try refuse("title", "has at most 500 bytes") }
        if text.utf8.count > Limits.textSizeBytesMax { try refuse("text", "has at most 20000 bytes") }
        if let segment, segment.utf8.count > Limits.idSizeBytesMax { try refuse("segment", "has at most 100 bytes") }
        if let frames, frames < 0 { try refuse("frames", "is not negative") }
        let fades = [
            ("fadeInMilliseconds", fadeInMilliseconds), ("fadeOutMilliseconds", fadeOutMilliseconds),
            ("crossFadeMilliseconds", crossFadeMilliseconds),
        ]
        for (field, value) in fades where !Limits.fadeMilliseconds.contains(value) {
            try refuse(field, "is between 0 and 10000")
        }
        try CaptionWord.check(words, field: "item.words")
        let phones = phones ?? []
        let areWhole = phones.allSatisfy { phone in
            phone.arpabet.count <= 4 && phone.arpabet.allSatisfy { $0.utf8.count <= 4 } && phone.startMilliseconds >= 0
                && phone.endMilliseconds >= phone.startMilliseconds
        }
        if phones.count > Limits.phonesMax || !areWhole {
            try refuse("phones", "are at most 16000, of at most four parts, and end after they begin")
        }
    }
}

extension CaptionWord {
    /// - Throws: `LinkError` with `.badParameters` when there are too many, or one is too long or ends before it begins.
    package static func check(_ words: [CaptionWord], field: String) throws(LinkError) {
        guard words.count <= PlayoutItem.Limits.wordsMax else { throw .badField(field, "has at most 4000 words") }
        for (index, word) in words.enumerated() {
            guard word.text.utf8.count <= 200, word.startMilliseconds >= 0,
                word.endMilliseconds >= word.startMilliseconds
            else { throw .badField("\(field)[\(index)]", "has at most 200 bytes, and ends after it begins") }
        }
    }
}
