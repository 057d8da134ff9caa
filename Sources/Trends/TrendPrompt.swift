package import Bus
import JSON
package import LLM

/// What a model is asked: to search X, and to answer in a form that can be checked.
package enum TrendPrompt {
    /// The station's rules, from the file `trends.txt`.
    private static let text = String(decoding: PackageResources.trends_txt, as: UTF8.self)

    /// The answer, what the model thinks included.
    private static let outputTokensMax = 8192

    /// - Parameters:
    ///   - now: the moment of the search.
    ///   - accounts: whose posts are looked at.
    ///   - daysBack: how many days before today, by UTC, the first day of the posts is.
    /// - Returns: what is asked.
    package static func request(at now: Timestamp, accounts: XSearch.Accounts, daysBack: Int) -> ModelRequest {
        let rules = text.replacing("{now}", with: "\(day(now)) \(now.description.dropFirst(11).prefix(5)) UTC")
            .replacing("{count}", with: "\(TrendReading.entriesMax)")
        var request = ModelRequest(
            [ModelMessage(.system, rules), ModelMessage(.user, "What does X talk about now?")],
            outputTokensMax: outputTokensMax
        )
        request.form = .schema(name: "trends", schema)
        request.search = XSearch(
            accounts: accounts,
            // Up to now: a last day could be taken for its beginning.
            from: String(day(now.advanced(by: .seconds(-86_400 * daysBack))))
        )
        return request
    }

    private static func day(_ time: Timestamp) -> Substring { time.description.prefix(10) }

    /// As strict as providers take it; what they do not enforce, the reader does.
    private static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "trends": [
                "type": "array",
                "items": [
                    "type": "object",
                    "properties": [
                        "symbol": ["type": "string"],
                        "sentiment": ["type": "string", "enum": ["bullish", "bearish", "neutral"]],
                        "change_percent": ["type": "number"],
                        "snippet": ["type": "string"],
                        "link": ["type": "string"],
                    ],
                    "required": ["symbol", "sentiment", "change_percent", "snippet", "link"],
                    "additionalProperties": false,
                ],
            ]
        ],
        "required": ["trends"],
        "additionalProperties": false,
    ]
}
