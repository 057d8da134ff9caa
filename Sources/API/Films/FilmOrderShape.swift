import Domain
import Films

/// What a script may look like, for the published description: what has a usual value may be left out.
///
/// Scripts themselves are read by `FilmScript(reading:)`, which says what is wrong with each field.
struct FilmOrderShape: Decodable, Sendable {
    struct Scene: Decodable, Sendable {
        let host: String
        let style: FilmScript.Style?
        let mood: FilmScript.Mood?
        let text: String
        let chapter: String?
        let topic: String?
        let layout: String?
        let chart: Chart?
        let ticker: [TradingPair]?
    }

    struct Chart: Decodable, Sendable {
        let pair: TradingPair
        let interval: CandleInterval?
        let hours: Int?
    }

    /// A truth value will do too.
    struct Teaser: Decodable, Sendable {
        let from: Int?
        let to: Int?
    }

    let title: String
    let form: FilmScript.Form?
    let theme: String?
    let scenes: [Scene]
    let teaser: Teaser?
}
