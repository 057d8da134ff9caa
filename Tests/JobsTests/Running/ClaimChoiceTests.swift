import Testing

@testable import Jobs

@Suite struct ClaimChoiceTests {
    @Test func `a look that found no limited job holds for a second`() {
        var choice = ClaimChoice()
        #expect(choice.looksForLimited(at: .zero))
        choice.looked(found: false, at: .seconds(5))
        #expect(!choice.looksForLimited(at: .seconds(5)))
        #expect(!choice.looksForLimited(at: .seconds(5.9)))
        #expect(choice.looksForLimited(at: .seconds(6)))
    }

    @Test func `one that found some is followed by another, and so is room that somebody made`() {
        var choice = ClaimChoice()
        choice.looked(found: true, at: .seconds(1))
        #expect(choice.looksForLimited(at: .seconds(1)))
        choice.looked(found: false, at: .seconds(2))
        choice.forget()
        #expect(choice.looksForLimited(at: .seconds(2)))
    }
}
