/// What credits were spent on, or came from.
package enum CreditSource: String, Codable, Hashable, Sendable, CaseIterable {
    case grok, gpt, claude, groq, local, data, voice, production
    case topUp = "topup"
    case subscription, referral, bonus, refund
}
