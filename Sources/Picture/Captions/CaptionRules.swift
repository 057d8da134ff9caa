/// How captions are cut, so that they can be read.
///
/// The numbers are those of the large broadcasters' guides for English.
package struct CaptionRules: Hashable, Sendable {
    package var lineLengthMax = 42
    package var linesMax = 2
    package var charactersPerSecondMax = 20
    /// In milliseconds: 5/6 of a second.
    package var shortest: Int64 = 833
    package var longest: Int64 = 7000
    /// Between captions, in milliseconds: two frames of 30 a second.
    package var gap: Int64 = 67
    /// Pauses below it are closed, in milliseconds.
    package var pauseMin: Int64 = 500

    package init() {}

    /// For pictures that are higher than wide.
    package static let upright: CaptionRules = {
        var rules = CaptionRules()
        rules.lineLengthMax = 24
        return rules
    }()
}
