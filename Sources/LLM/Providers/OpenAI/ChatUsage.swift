import JSON

/// The `usage` of `/chat/completions`.
///
/// Cached input is part of the prompt, except where a server reports more of it than there is prompt. Reasoning is part of
/// the completion for OpenAI and Groq, and comes on top of it for xAI and Gemini, which the total tells.
struct ChatUsage: Hashable, Sendable {
    let normal: ModelUsage

    /// - Returns: `nil` for what is no usage, such as the `null` of most chunks.
    init?(_ usage: JSONValue) {
        guard let prompt = ChatUsage.count(usage["prompt_tokens"]),
            let completion = ChatUsage.count(usage["completion_tokens"])
        else { return nil }
        let read = ChatUsage.count(usage["prompt_tokens_details"]?["cached_tokens"]) ?? 0
        let write = ChatUsage.count(usage["prompt_tokens_details"]?["cache_write_tokens"]) ?? 0
        let total = ChatUsage.count(usage["total_tokens"]) ?? prompt + completion
        let apart = max(0, total - prompt - completion)
        let reasoning = ChatUsage.count(usage["completion_tokens_details"]?["reasoning_tokens"]) ?? 0
        let isInside = read + write <= prompt
        normal = ModelUsage(
            inputUncached: isInside ? prompt - read - write : prompt,
            cacheRead: read,
            cacheWrite: write,
            output: completion + (isInside ? apart : min(apart, reasoning)),
            reasoning: max(reasoning, isInside ? apart : 0),
            costTicks: usage["cost_in_usd_ticks"]?.int.flatMap { $0 >= 0 ? $0 : nil }
        )
    }

    private static func count(_ value: JSONValue?) -> Int? {
        value?.int.flatMap { Int(exactly: $0) }.flatMap { (0...1_000_000_000).contains($0) ? $0 : nil }
    }
}
