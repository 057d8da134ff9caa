import Credits
import Testing

@Suite struct CreditPriceTests {
    @Test(arguments: [
        (CreditPrice(perInput: 1, perOutput: 4, minimum: 1), 500, 1000, Int64(6)),
        (CreditPrice(perInput: 3, perOutput: 10, minimum: 2), 1500, 2000, 27),
        (CreditPrice(perInput: 3, perOutput: 10, minimum: 2), 2000, 3000, 38),
        (CreditPrice(perInput: 1, perOutput: 0, minimum: 1), 0, 0, 1),
        // Not a thousandth is lost.
        (CreditPrice(perInputMilli: 1, perOutputMilli: 0, minimum: 0), 1, 0, 1),
        (CreditPrice(perInputMilli: 1, perOutputMilli: 0, minimum: 0), 1_000_000, 0, 1),
        (CreditPrice(perInputMilli: 1, perOutputMilli: 0, minimum: 0), 1_000_001, 0, 2),
        (CreditPrice(perInput: 1, perOutput: 1, minimum: 0), -5, -5, 0),
    ])
    func `a charge is what the formula says`(_ price: CreditPrice, _ input: Int, _ output: Int, _ credits: Int64) {
        #expect(price.charge(input: input, output: output) == credits)
    }

    @Test func `no number of tokens overflows`() {
        let price = CreditPrice(perInput: 1_000_000, perOutput: 1_000_000, minimum: 1_000_000_000)
        #expect(price.charge(input: .max, output: .max) > 0)
    }
}
