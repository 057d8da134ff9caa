import Bus
import Credits
import Testing

@Suite struct ChargeReviewTests {
    private let review = ChargeReview()

    private func findings(
        _ charged: Int64,
        balance: Int64 = 500,
        spent: Int64 = 0,
        isPaused: Bool = false
    ) -> [ChargeReview.Finding] {
        review.findings(charged: charged, balance: balance, spent: spent, isPaused: isPaused)
    }

    @Test func `an ordinary charge is no reason for anything`() {
        #expect(findings(50, balance: 20, spent: 1000) == [])
    }

    @Test func `only the charge that crosses the mark is told`() {
        #expect(findings(1, balance: 19) == [.low(balance: 19, threshold: 20)])
        #expect(findings(30, balance: 0) == [.low(balance: 0, threshold: 20)])
        #expect(findings(1, balance: 18) == [])
        #expect(findings(5, balance: -3) == [])
    }

    @Test func `each limit is passed above it and not at it`() {
        #expect(findings(51) == [.large(credits: 51, threshold: 50)])
        #expect(findings(1, spent: 1001) == [.spentTooMuch(credits: 1001, threshold: 1000)])
        #expect(findings(1, spent: 1001, isPaused: true) == [])
    }

    @Test func `all that is found is told in order`() {
        let all = findings(60, balance: 10, spent: 2000)
        #expect(all.map(\.word) == ["low", "large", "paused"])
    }

    @Test func `a limit of 0 is none`() {
        var none = ChargeReview()
        (none.lowBelow, none.largeAbove, none.hourMax) = (0, 0, 0)
        #expect(none.findings(charged: 100_000, balance: 0, spent: 100_000, isPaused: false) == [])
        #expect(!none.isLow(0) && review.isLow(19) && !review.isLow(20))
    }

    @Test(arguments: [
        (0, "1970-01"), (1_790_000_000, "2026-09"), (1_793_491_199, "2026-10"), (1_793_491_200, "2026-11"),
        (1_798_761_599, "2026-12"), (1_798_761_600, "2027-01"), (1_709_251_199, "2024-02"), (1_709_251_200, "2024-03"),
    ])
    func `a month begins and ends in UTC`(_ seconds: Int64, _ name: String) {
        let month = CreditMonth(of: Timestamp(seconds: seconds))
        #expect(month.description == name && month.cause == "month:\(name)")
    }
}
