import JSON

extension ModelRequest {
    /// About how many tokens it has: its words, the tools, and a flat amount for each image.
    package var inputEstimate: Int {
        let words = messages.reduce(0) { sum, message in
            let texts = message.parts.reduce(0) { sum, part in
                switch part {
                case .text(let text): sum + TokenEstimate.tokens(text)
                case .image: sum + ModelRequest.imageTokens
                }
            }
            let calls = message.toolCalls.reduce(0) { $0 + TokenEstimate.tokens($1.arguments) }
            return sum + texts + calls + ModelRequest.messageTokens
        }
        return words
            + tools.reduce(0) {
                $0 + TokenEstimate.tokens(bytes: $1.parameters.bytes.count + $1.description.utf8.count)
            }
    }

    /// What an image costs at most with the providers that we know, whatever its size.
    private static let imageTokens = 1600
    /// What stands between two messages.
    private static let messageTokens = 4
}
