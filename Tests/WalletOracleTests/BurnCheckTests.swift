import Bus
import Domain
import Testing
import WalletOracle

@Suite struct BurnCheckTests {
    private static let mint = RowMaker.token
    private static let wallet = RowMaker.wallet
    private let now = Timestamp(seconds: 1_700_000_000)
    private let check = BurnCheck(mint: mint, decimals: 6, burnAccount: "burn", treasuryAccount: "treasury")

    private typealias Kind = BurnTransaction.Instruction.Kind

    private func instruction(
        _ kind: Kind,
        _ amount: UInt64,
        mint: String = mint,
        by authority: String = wallet,
        decimals: Int = 6
    ) -> BurnTransaction.Instruction {
        BurnTransaction.Instruction(kind, mint: mint, authority: authority, amount: amount, decimals: decimals)
    }

    private func outcome(
        _ instructions: [BurnTransaction.Instruction],
        isFinalized: Bool = true,
        error: String? = nil,
        signers: Set<String> = [wallet],
        by caller: String? = nil,
        isUsed: Bool = false,
        price: String? = "0.05",
        age: Duration = .zero
    ) -> Result<BurnCheck.Payment, BurnCheck.Refusal> {
        let transaction = BurnTransaction(
            signature: "sig",
            slot: 9,
            isFinalized: isFinalized,
            error: error,
            signers: signers,
            instructions: instructions
        )
        let live = price.flatMap { ExactDecimal($0) }.map {
            LivePrice(dollars: $0, at: now.advanced(by: .zero - age))
        }
        return Result { () throws(BurnCheck.Refusal) in
            try check.payment(in: transaction, by: caller, isUsed: isUsed, price: live, at: now)
        }
    }

    private func refusal(_ outcome: Result<BurnCheck.Payment, BurnCheck.Refusal>) -> BurnCheck.Refusal? {
        if case .failure(let refusal) = outcome { refusal } else { nil }
    }

    /// Two dollars at five cents.
    private let fee: UInt64 = 40_000_000

    @Test func `a burn of exactly the fee pays, one unit less does not`() throws {
        for kind in [Kind.burn, .burnChecked, .transfer(to: "burn")] {
            let payment = try outcome([instruction(kind, fee)]).get()
            #expect(payment.required == fee && payment.burned == fee && payment.toBurn == 0)
            #expect(payment.wallet == Self.wallet && payment.paid == fee && payment.toTreasury == 0)
            let less = refusal(outcome([instruction(kind, fee - 1)]))
            #expect(less == .tooLittle(required: fee, got: fee - 1))
            #expect(refusal(outcome([instruction(kind, fee + 1)])) == nil)
        }
    }

    @Test func `what goes to the treasury is split in halves, and an odd unit is burned`() throws {
        let even = try outcome([instruction(.transfer(to: "treasury"), fee)]).get()
        #expect(even.toBurn == fee / 2 && even.toTreasury == fee / 2 && even.burned == 0)
        let odd = try outcome([instruction(.transfer(to: "treasury"), fee + 1)]).get()
        #expect(odd.toBurn == fee / 2 + 1 && odd.toTreasury == fee / 2 && odd.paid == fee + 1)
    }

    @Test func `several instructions of one wallet add up, those of two do not`() throws {
        let both = try outcome([
            instruction(.burn, fee / 2), instruction(.transfer(to: "treasury"), fee / 2),
            instruction(.transfer(to: "friend"), 5),
        ]).get()
        #expect(both.burned == fee / 2 && both.toBurn == fee / 4 && both.toTreasury == fee / 4)
        let two = outcome(
            [instruction(.burn, fee - 1), instruction(.burn, 1, by: RowMaker.stranger)],
            signers: [Self.wallet, RowMaker.stranger]
        )
        #expect(refusal(two) == .tooLittle(required: fee, got: fee - 1))
    }

    @Test func `each refusal has its reason`() {
        let good = [instruction(.burn, fee)]
        #expect(refusal(outcome(good, isUsed: true)) == .alreadyUsed)
        #expect(refusal(outcome(good, isFinalized: false)) == .notFinalized)
        #expect(refusal(outcome(good, error: "InstructionError")) == .failed("InstructionError"))
        #expect(refusal(outcome([])) == .wrongMint)
        #expect(refusal(outcome([instruction(.burn, fee, mint: "other")])) == .wrongMint)
        #expect(refusal(outcome([instruction(.burn, fee, decimals: 9)])) == .wrongMint)
        #expect(refusal(outcome(good, signers: [RowMaker.stranger])) == .notSigned)
        #expect(refusal(outcome(good, by: RowMaker.stranger)) == .notSigned)
        #expect(refusal(outcome(good, by: Self.wallet)) == nil)
        #expect(refusal(outcome(good, price: nil)) == .noPrice)
        #expect(refusal(outcome(good, price: "0")) == .noPrice)
        #expect(refusal(outcome(good, price: "-1")) == .noPrice)
        let elsewhere = outcome([instruction(.transfer(to: "friend"), fee)])
        #expect(refusal(elsewhere) == .tooLittle(required: fee, got: 0))
    }

    @Test func `a price is taken until it is five minutes old`() {
        let good = [instruction(.burn, fee)]
        #expect(refusal(outcome(good, age: .seconds(300))) == nil)
        let older = Duration.seconds(300) + .nanoseconds(1)
        #expect(refusal(outcome(good, age: older)) == .priceStale(age: older))
        #expect(refusal(outcome(good, age: .seconds(-300))) == nil)
        #expect(refusal(outcome(good, age: .zero - older)) == .priceStale(age: .zero - older))
    }

    @Test(arguments: [
        ("2", "0.05", 6, UInt64?(40_000_000)), ("2", "0.3", 6, 6_666_667), ("2", "3", 0, 1), ("2", "2", 0, 1),
        ("2", "1.999999", 0, 2), ("2", "1", 0, 2), ("0.000001", "1000000", 6, 1), ("2.5", "1e30", 0, 1),
        ("2", "0.000012345678901234567890123456", 9, 162_000_001_458_001), ("2", "1e-10", 9, nil),
        ("2", "1.1e-10", 9, 18_181_818_181_818_181_819), ("0", "1", 6, nil), ("2", "0", 6, nil),
    ])
    func `the fee is rounded up to the next base unit, exactly`(
        fee: String,
        price: String,
        decimals: Int,
        required: UInt64?
    ) throws {
        let (fee, price) = (try #require(ExactDecimal(fee)), try #require(ExactDecimal(price)))
        #expect(BurnCheck.required(fee: fee, price: price, decimals: decimals) == required)
    }

    @Test func `amounts that would overflow are as much as there can be`() throws {
        let payment = try outcome([instruction(.burn, .max), instruction(.burn, 5)]).get()
        #expect(payment.burned == .max && payment.paid == .max)
    }
}
