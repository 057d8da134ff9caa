import Bus
import Domain

/// One kind of question: who can be asked, what that costs, and how it is done.
///
/// `Teller` is the protocol of those who can answer it.
struct MarketQuestion<Teller: Sendable, Value: Sendable>: Sendable {
    let category: PoolCategory
    let weight: @Sendable (Teller) -> Int
    /// How long one provider, and all of them together, may take where that is more than usual: some answers are large.
    var limits: (attempt: Duration, deadline: Duration)?
    /// Whether it is worth waiting to ask it again when nobody has answered; not where whoever asks does so every few
    /// seconds anyway.
    var isRepeated = true
    /// Asks, and checks what came; must end within the given time.
    let ask: @Sendable (Teller, Duration) async throws(ProviderError) -> ProviderAnswer<Value>

    /// The provider as somebody who can be asked; `nil` when it cannot.
    func teller(_ provider: any DataProvider) -> Teller? { provider as? Teller }
}
