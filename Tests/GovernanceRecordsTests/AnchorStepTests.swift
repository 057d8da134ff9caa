import Bus
import GovernanceRecords
import Testing

@Suite struct AnchorStepTests {
    /// A transaction that was signed so often, and runs out at block 100.
    private static func anchor(
        _ state: ChainAnchor.State,
        attempts: Int,
        lastValidHeight: UInt64? = 100,
        position: UInt64? = nil
    ) -> ChainAnchor {
        var anchor = ChainAnchor(waiting: "memo", of: UUIDv7(high: 1, low: 2), at: Timestamp(seconds: 0))
        (anchor.state, anchor.attempts, anchor.position) = (state, attempts, position)
        if attempts > 0 { (anchor.signature, anchor.bytes, anchor.lastValidHeight) = ("s", [1], lastValidHeight) }
        return anchor
    }

    @Test func `the first transaction is signed, whatever the height`() {
        for height: UInt64 in [0, 100, .max] {
            #expect(AnchorStep(after: Self.anchor(.waiting, attempts: 0), fate: nil, height: height) == .sign)
        }
    }

    @Test func `one that nobody knows is sent again until its last block, and only then replaced`() {
        let sent = Self.anchor(.sent, attempts: 1)
        for height: UInt64 in [0, 99, 100] {
            #expect(AnchorStep(after: sent, fate: .unknown, height: height) == .send)
        }
        #expect(AnchorStep(after: sent, fate: .unknown, height: 101) == .sign)
        // Of one whose end is not known nothing can be said but that it has run out.
        let endless = Self.anchor(.sent, attempts: 1, lastValidHeight: nil)
        #expect(AnchorStep(after: endless, fate: .unknown, height: 0) == .sign)
    }

    @Test func `one that is seen is waited for, however late it is`() {
        for height: UInt64 in [0, 101, .max] {
            #expect(AnchorStep(after: Self.anchor(.sent, attempts: 10), fate: .seen, height: height) == .wait)
        }
    }

    @Test func `one that is final is confirmed at its slot, after any number of attempts`() {
        for attempts in [1, 10, 11] {
            let sent = Self.anchor(.sent, attempts: attempts)
            #expect(AnchorStep(after: sent, fate: .finalized(slot: 7), height: 500) == .confirm(slot: 7))
        }
    }

    @Test func `one that has failed is replaced, and after ten given up with the reason`() {
        for attempts in 1...9 {
            let sent = Self.anchor(.sent, attempts: attempts)
            #expect(AnchorStep(after: sent, fate: .failed("no money"), height: 50) == .sign)
        }
        let last = AnchorStep(after: Self.anchor(.sent, attempts: 10), fate: .failed("no money"), height: 50)
        #expect(last == .giveUp("the transaction failed: no money"))
    }

    @Test func `the tenth is sent until it has run out, and then given up`() {
        let sent = Self.anchor(.sent, attempts: AnchorStep.attemptsMax)
        #expect(AnchorStep(after: sent, fate: .unknown, height: 100) == .send)
        let last = AnchorStep(after: sent, fate: .unknown, height: 101)
        #expect(last == .giveUp("10 transactions were signed, and none has landed"))
    }

    @Test func `what is confirmed stays so, whatever is heard of it`() {
        let confirmed = Self.anchor(.confirmed, attempts: 3, position: 42)
        let fates: [AnchorStep.Fate?] = [nil, .unknown, .seen, .finalized(slot: 43), .failed("why")]
        for fate in fates { #expect(AnchorStep(after: confirmed, fate: fate, height: 999) == .confirm(slot: 42)) }
    }
}
