/// What a model or its server does not understand, or understands differently; from the settings.
package struct ModelTraits: Codable, Hashable, Sendable {
    /// Takes `max_tokens` instead of `max_completion_tokens`, as most servers but OpenAI's do.
    package var usesMaxTokens = false
    /// Refuses temperature, nucleus and stops, as models that think do.
    package var refusesSampling = false
    /// Sends what it thinks twice.
    package var repeatsReasoning = false
    /// Goes on from a last message of the assistant.
    package var continuesAssistant = false

    package init() {}
}
