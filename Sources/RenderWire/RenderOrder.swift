/// A film to be made: everything that the program needs, since it asks nobody.
package struct RenderOrder: Codable, Hashable, Sendable {
    package var form: FilmForm
    package var title: String
    /// What stands in the corner.
    package var station: String
    /// Where listeners call in; `nil` for nowhere.
    package var callAddress: String?
    /// A theme of the renderer's.
    package var theme: String
    /// Decides what moves by chance: the same number makes the same film.
    package var seed: UInt64
    /// What the clock of the film begins with, in milliseconds since 1970: figures are as old as they are then.
    package var producedAt: Int64
    package var scenes: [RenderScene]
    /// How long the teaser may be, in seconds; `nil` for none.
    package var teaser: ClosedRange<Int>?
    /// Where the film goes: a folder that is not there yet, beside which there is room.
    package var folder: String
    /// Where scenes are kept for the next time.
    package var cache: String
    package var cacheSizeBytesMax: Int

    /// Nobody watches more at once, and a picture costs time.
    package static let secondsMax = 3600
    package static let scenesMax = 500

    package init(form: FilmForm, title: String, scenes: [RenderScene], folder: String, cache: String) {
        self.form = form
        self.title = title
        self.scenes = scenes
        self.folder = folder
        self.cache = cache
        station = "CryptoCall FM"
        theme = "dark"
        seed = 1
        producedAt = 0
        cacheSizeBytesMax = 2 << 30
    }
}

/// One scene: who is seen, what is said, and what stands beside it.
package struct RenderScene: Codable, Hashable, Sendable {
    /// Among those that the picture has, such as `oneHost`.
    package var layout: String
    /// Begins a chapter of this name; `nil` goes on in the one before.
    package var chapter: String?
    package var topic: String
    package var hosts: [RenderHost]
    package var speeches: [RenderSpeech]
    package var chart: RenderChart?
    package var ticker: [RenderFigure]
    /// Before the first word and after the last.
    package var leadMilliseconds: Int
    package var tailMilliseconds: Int

    package init(layout: String, hosts: [RenderHost], speeches: [RenderSpeech]) {
        self.layout = layout
        self.hosts = hosts
        self.speeches = speeches
        topic = ""
        ticker = []
        leadMilliseconds = 300
        tailMilliseconds = 300
    }
}

package struct RenderHost: Codable, Hashable, Sendable {
    /// A figure of the renderer's.
    package var figure: String
    package var style: String
    package var mood: String
    /// What stands below the face.
    package var name: String
    package var role: String

    package init(figure: String, style: String = "casual", mood: String = "neutral", name: String, role: String = "") {
        self.figure = figure
        self.style = style
        self.mood = mood
        self.name = name
        self.role = role
    }
}

/// What is said in one go.
package struct RenderSpeech: Codable, Hashable, Sendable {
    /// Which of the scene's hosts says it.
    package var host: Int
    /// A WAV file: 48 kHz, one or two channels.
    package var file: String
    package var words: [SpokenWord]
    /// None where the voice tells none: the mouth then follows the sound.
    package var phones: [SpokenPhone]
    /// Whether a phone's time is that of its onset, a stop's that of its release; otherwise phones follow without a gap.
    package var arePhonesOnsets: Bool

    package init(
        host: Int,
        file: String,
        words: [SpokenWord] = [],
        phones: [SpokenPhone] = [],
        arePhonesOnsets: Bool = false
    ) {
        self.host = host
        self.file = file
        self.words = words
        self.phones = phones
        self.arePhonesOnsets = arePhonesOnsets
    }
}

/// A word as it is written, and when it is said, in milliseconds from the begin of the sound.
package struct SpokenWord: Codable, Hashable, Sendable {
    package var text: String
    package var start: Int
    package var end: Int
    /// Whether a sentence ends with it: films are cut there.
    package var endsSentence: Bool

    package init(_ text: String, _ start: Int, _ end: Int, endsSentence: Bool = false) {
        self.text = text
        self.start = start
        self.end = end
        self.endsSentence = endsSentence
    }
}

/// A sound of the language, in ARPAbet; empty for a pause.
package struct SpokenPhone: Codable, Hashable, Sendable {
    package var arpabet: [String]
    package var start: Int
    package var end: Int

    package init(_ arpabet: [String], _ start: Int, _ end: Int) {
        self.arpabet = arpabet
        self.start = start
        self.end = end
    }
}

/// Candles to be drawn; prices are texts, since they are exact.
package struct RenderChart: Codable, Hashable, Sendable {
    package struct Bar: Codable, Hashable, Sendable {
        /// In milliseconds since 1970.
        package var at: Int64
        package var open: String
        package var high: String
        package var low: String
        package var close: String
        package var volume: String

        package init(at: Int64, open: String, high: String, low: String, close: String, volume: String) {
            self.at = at
            self.open = open
            self.high = high
            self.low = low
            self.close = close
            self.volume = volume
        }
    }

    package var pair: String
    /// As `1h`.
    package var interval: String
    package var bars: [Bar]
    /// When the last one was true, in milliseconds since 1970.
    package var asOf: Int64
    /// How old it may be.
    package var limitSeconds: Int

    package init(pair: String, interval: String, bars: [Bar], asOf: Int64, limitSeconds: Int) {
        self.pair = pair
        self.interval = interval
        self.bars = bars
        self.asOf = asOf
        self.limitSeconds = limitSeconds
    }
}

/// A price in the ticker, with its time.
package struct RenderFigure: Codable, Hashable, Sendable {
    package var pair: String
    /// A text, since it is exact.
    package var price: String
    /// In hundredths of a percent over a day; `nil` where it is not known.
    package var changeBasisPoints: Int?
    /// In milliseconds since 1970.
    package var asOf: Int64
    /// How old it may be.
    package var limitSeconds: Int

    package init(pair: String, price: String, changeBasisPoints: Int?, asOf: Int64, limitSeconds: Int) {
        self.pair = pair
        self.price = price
        self.changeBasisPoints = changeBasisPoints
        self.asOf = asOf
        self.limitSeconds = limitSeconds
    }
}
