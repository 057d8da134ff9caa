import Media
import RenderWire
import Testing

@testable import Films

@Suite struct SaidSentenceTests {
    @Test func `words are shown with the points and quotes that stand at them`() {
        let text = "\"Up 5 %,\" she said: why?"
        let ranges = [1..<3, 4..<7, 10..<13, 14..<18, 20..<23]
        let words = ranges.enumerated().map { index, range in
            WordTime(text: "x", range: range, start: Double(index), end: Double(index) + 0.5, isEstimated: false)
        }
        let audio = SpokenAudio(
            sound: PCM(channels: [[0]]),
            words: words + [WordTime(text: "odd", range: 90..<99, start: 6, end: 7, isEstimated: false)],
            phones: [],
            engine: "flite",
            voice: "slt",
            loudness: nil
        )
        let said = SaidSentence(audio, of: text, file: "a.wav", endsSentence: true)
        #expect(said.words.map(\.text) == ["\"Up", "5 %,\"", "she", "said:", "why?", "odd"])
        #expect(said.words.map(\.endsSentence) == [false, false, false, false, false, true])
    }
}
