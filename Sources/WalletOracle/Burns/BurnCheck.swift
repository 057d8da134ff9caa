package import Bus
package import Domain

/// Decides whether a transaction pays for a call: a plain value.
///
/// Burned are the tokens of burn instructions and those that go to the burn account, which nobody can spend from. What
/// goes to the treasury counts as well, and half of it is to be burned by the station. Both together have to reach the
/// fee, and come from one wallet that has signed.
package struct BurnCheck: Hashable, Sendable {
    package enum Refusal: Error, Hashable, Sendable {
        case alreadyUsed
        case notFinalized
        case failed(String)
        /// Nothing of our token moves in it.
        case wrongMint
        /// Our token moves, but its owner has not signed, or is somebody else than the caller.
        case notSigned
        case noPrice
        case priceStale(age: Duration)
        case tooLittle(required: UInt64, got: UInt64)
    }

    /// A fee that is paid.
    package struct Payment: Hashable, Sendable {
        package let signature: String
        package let slot: Int64
        package let wallet: String
        package let required: UInt64
        /// Gone already.
        package let burned: UInt64
        /// What the station has to burn of what went to the treasury; of an odd amount the greater half.
        package let toBurn: UInt64
        package let toTreasury: UInt64

        package var paid: UInt64 { burned.addedOrMost(toBurn).addedOrMost(toTreasury) }
    }

    package static let feeDefault = ExactDecimal(2)

    package let mint: String
    package let decimals: Int
    /// Token accounts.
    package let burnAccount: String?
    package let treasuryAccount: String?
    /// In dollars; above zero.
    package let fee: ExactDecimal

    package init(
        mint: String,
        decimals: Int,
        burnAccount: String?,
        treasuryAccount: String?,
        fee: ExactDecimal = feeDefault
    ) {
        self.mint = mint
        self.decimals = decimals
        self.burnAccount = burnAccount
        self.treasuryAccount = treasuryAccount
        self.fee = fee
    }

    /// Looks at one transaction.
    ///
    /// - Parameters:
    ///   - transaction: as the chain tells it.
    ///   - wallet: whose payment it has to be; `nil` for whoever has signed it.
    ///   - isUsed: whether its signature has paid before.
    ///   - price: the newest there is.
    ///   - now: when that is asked.
    /// - Returns: what was paid.
    /// - Throws: `Refusal`: the first reason in the order that they stand there.
    package func payment(
        in transaction: BurnTransaction,
        by wallet: String? = nil,
        isUsed: Bool,
        price: LivePrice?,
        at now: Timestamp
    ) throws(Refusal) -> Payment {
        guard !isUsed else { throw .alreadyUsed }
        guard transaction.isFinalized else { throw .notFinalized }
        if let error = transaction.error { throw .failed(error) }
        let ours = transaction.instructions.filter { $0.mint == mint && $0.decimals == decimals }
        guard !ours.isEmpty else { throw .wrongMint }
        let signed = ours.filter {
            transaction.signers.contains($0.authority) && $0.authority == wallet ?? $0.authority
        }
        guard let payer = payer(of: signed) else { throw .notSigned }
        guard let price, price.dollars.isPositive else { throw .noPrice }
        guard !price.isStale(at: now) else { throw .priceStale(age: price.at.duration(to: now)) }
        let sums = sums(of: signed, by: payer)
        let required = BurnCheck.required(fee: fee, price: price.dollars, decimals: decimals)
        let got = sums.burned.addedOrMost(sums.treasury)
        // Nobody can pay what has no number.
        guard let required, got >= required, got > 0 else {
            throw .tooLittle(required: required ?? .max, got: got)
        }
        let toTreasury = sums.treasury / 2
        return Payment(
            signature: transaction.signature,
            slot: transaction.slot,
            wallet: payer,
            required: required,
            burned: sums.burned,
            toBurn: sums.treasury - toTreasury,
            toTreasury: toTreasury
        )
    }

    /// Whoever gave most; of two alike, whoever stands first.
    private func payer(of instructions: [BurnTransaction.Instruction]) -> String? {
        var best: (wallet: String, amount: UInt64)?
        for instruction in instructions {
            let sums = sums(of: instructions, by: instruction.authority)
            let amount = sums.burned.addedOrMost(sums.treasury)
            if amount > best?.amount ?? 0 || best == nil { best = (instruction.authority, amount) }
        }
        return best?.wallet
    }

    private func sums(
        of instructions: [BurnTransaction.Instruction],
        by wallet: String
    ) -> (burned: UInt64, treasury: UInt64) {
        var (burned, treasury) = (UInt64(0), UInt64(0))
        for instruction in instructions where instruction.authority == wallet {
            switch instruction.kind {
            case .burn, .burnChecked: burned = burned.addedOrMost(instruction.amount)
            case .transfer(let account) where account == burnAccount: burned = burned.addedOrMost(instruction.amount)
            case .transfer(let account) where account == treasuryAccount:
                treasury = treasury.addedOrMost(instruction.amount)
            case .transfer: continue
            }
        }
        return (burned, treasury)
    }

    /// The least number of base units that is worth the fee; `nil` when that is more than there can be.
    ///
    /// Divides by hand, digit by digit, since the numbers would not fit otherwise.
    package static func required(fee: ExactDecimal, price: ExactDecimal, decimals: Int) -> UInt64? {
        guard fee.isPositive, price.isPositive, decimals >= 0 else { return nil }
        var steps = price.scale + decimals - fee.scale
        var divisor = price.significand
        while steps < 0 {
            let (larger, overflow) = divisor.multipliedReportingOverflow(by: 10)
            // Next to such a price every fee is less than one unit.
            guard !overflow else { return 1 }
            divisor = larger
            steps += 1
        }
        var (quotient, rest) = fee.significand.quotientAndRemainder(dividingBy: divisor)
        for _ in 0..<steps {
            guard quotient <= Int128(UInt64.max), rest <= Int128.max / 10 else { return nil }
            let digit = (rest * 10).quotientAndRemainder(dividingBy: divisor)
            quotient = quotient * 10 + digit.quotient
            rest = digit.remainder
        }
        return UInt64(exactly: rest > 0 ? quotient + 1 : quotient)
    }
}

extension UInt64 {
    /// The sum, or the highest number there is.
    func addedOrMost(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
