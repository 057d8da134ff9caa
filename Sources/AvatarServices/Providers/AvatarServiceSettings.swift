package import HTTPClient

/// How a service is reached, and how long it is waited for.
package struct AvatarServiceSettings: Hashable, Sendable {
    /// Where the service is, without a path; https, or http on this machine.
    package var base: String
    /// The header that proves who we are.
    package var keyHeader: String
    /// What stands before the key there.
    package var keyPrefix = ""
    /// What films cost; the adapters know no prices, because those change.
    package var price: AvatarPrice?
    /// For taking an order.
    package var orderLimit: Duration = .seconds(30)
    /// For any other answer.
    package var questionLimit: Duration = .seconds(15)
    package var answerBytesMax = 1 << 20
    /// How far lists are read when an order is looked for, in pages of a hundred.
    package var listPagesMax = 10
    package var breaker = CircuitBreaker.Policy()

    package init(base: String, keyHeader: String, keyPrefix: String = "") {
        self.base = base
        self.keyHeader = keyHeader
        self.keyPrefix = keyPrefix
    }

    package static let heyGen = AvatarServiceSettings(base: "https://api.heygen.com", keyHeader: "X-Api-Key")
    package static let did = AvatarServiceSettings(
        base: "https://api.d-id.com",
        keyHeader: "Authorization",
        keyPrefix: "Basic "
    )
}
