import HTTPClient
import JSON

/// What an answer says about its own failure, in one of the ways that providers have of saying it.
///
/// Quotas, keys and mistakes come as an object with a text in it, some with status 200.
struct AnswerNote {
    /// Text of the other side.
    let text: String
    /// The provider's own number for it.
    let code: Int64?

    /// - Returns: `nil` when the answer is no object, or says nothing of the kind.
    init?(in response: HTTPResponse) {
        // Notes are short; what is long is data, or a page.
        guard response.body.count <= 65_536, response.body.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else {
            return nil
        }
        let answer: JSONValue
        do {
            answer = try JSONValue(parsing: response.body)
        } catch {
            // What is no JSON is no note; whoever reads the data says what is wrong with it.
            return nil
        }
        self.init(answer)
    }

    private init?(_ answer: JSONValue) {
        let holders = [answer["error"], answer["status"], answer["error"]?["status"], answer["metadata"]]
        let texts =
            ["error", "message", "detail", "Note", "Information", "Error Message"].map { answer[$0]?.string }
            + holders.flatMap { holder in
                [holder?["error_message"]?.string, holder?["message"]?.string, holder?["error"]?.string]
            }
        guard let text = texts.compactMap({ $0 }).first(where: { !$0.isEmpty }) else { return nil }
        self.text = String(text.prefix(200))
        code = holders.compactMap { $0?["error_code"]?.int }.first
    }

    /// The failure that the words and the number mean.
    func error(status: Int, retryAfter: Duration?) -> ProviderError {
        let words = text.lowercased()
        let says: ([String]) -> Bool = { $0.contains { words.contains($0) } }
        let code: ProviderError.Code
        if [10_002, 10_005, 10_010, 10_011].contains(self.code) {
            // CoinGecko: no key, not in the plan, a key on the other host.
            code = .refused
        } else if self.code == 429 || says(["rate limit", "too many", "quota", "throttl", "limit reached", "credits"]) {
            code = .rateLimited
        } else if status == 404 || says(["not found"]) {
            code = .unknownMarket
        } else if says(["api key", "apikey", "unauthorized", "forbidden", "subscription", "premium"]) {
            code = .refused
        } else {
            code = .rejected
        }
        return ProviderError(code, text, retryAfter: retryAfter)
    }
}
