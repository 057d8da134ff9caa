import JSON

/// The `usage` of `/chat/completions`, and of `/responses`, which has other names for the same.
///
/// Cached input is part of the prompt, except where a server reports more of it than there is prompt. Reasoning is part of
/// the completion for OpenAI and Groq, and comes on top of it for xAI and Gemini, which the total tells.
struct ChatUsage: Hashable, Sendable {
    let normal: ModelUsage

    /// - Returns: `nil` for what is no usage, such as the `null` of most chunks.
    init?(_ usage: JSONValue) {
        guard let prompt = ChatUsage.count(usage["prompt_tokens"] ?? usage["input_tokens"]),
            let completion = ChatUsage.count(usage["completion_tokens"] ?? usage["output_tokens"])
        else { return nil }
        let inputDetails = usage["prompt_tokens_details"] ?? usage["input_tokens_details"]
        let outputDetails = usage["completion_tokens_details"] ?? usage["output_tokens_details"]
        let read = ChatUsage.count(inputDetails?["cached_tokens"]) ?? 0
        let write = ChatUsage.count(inputDetails?["cache_write_tokens"]) ?? 0
        let total = ChatUsage.count(usage["total_tokens"]) ?? prompt + completion
        let apart = max(0, total - prompt - completion)
        let reasoning = ChatUsage.count(outputDetails?["reasoning_tokens"]) ?? 0
        let isInside = read + write <= prompt
        normal = ModelUsage(
            inputUncached: isInside ? prompt - read - write : prompt,
            cacheRead: read,
            cacheWrite: write,
            output: completion + (isInside ? apart : min(apart, reasoning)),
            reasoning: max(reasoning, isInside ? apart : 0),
            costTicks: usage["cost_in_usd_ticks"]?.int.flatMap { $0 >= 0 ? $0 : nil },
            searches: ChatUsage.searches(usage)
        )
    }

    /// Those that are paid for, where the provider counts them apart; all that its own tools have done otherwise.
    private static func searches(_ usage: JSONValue) -> Int {
        let details = usage["server_side_tool_usage_details"]?.object ?? [:]
        let counted = details.filter { $0.key.hasSuffix("search_calls") }.compactMap { count($0.value) }
        return counted.isEmpty ? count(usage["num_server_side_tools_used"]) ?? 0 : counted.reduce(0, +)
    }

    private static func count(_ value: JSONValue?) -> Int? {
        value?.int.flatMap { Int(exactly: $0) }.flatMap { (0...1_000_000_000).contains($0) ? $0 : nil }
    }
}
