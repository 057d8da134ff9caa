package import Domain

/// A text, and what people say of it.
package struct LabelledText: Hashable, Sendable {
    package let text: String
    package let label: SentimentLabel

    package init(_ text: String, _ label: SentimentLabel) {
        self.text = text
        self.label = label
    }
}
