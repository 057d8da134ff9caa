/// What kind of question a message is, as far as that decides whether its answer may be given again.
package enum ChatQuestion {
    /// How somebody asks what a word means: what stands before it, and what behind it.
    private static let forms: [(before: [Substring], after: [Substring])] = [
        (["what", "is"], []), (["what", "are"], []), (["what", "s"], []), (["whats"], []),
        (["what", "does"], ["mean"]), (["what", "is"], ["in", "crypto"]), (["what", "are"], ["in", "crypto"]),
        (["what", "is"], ["in", "trading"]), (["what", "are"], ["in", "trading"]), (["explain"], []),
        (["explain", "what"], ["is"]), (["explain", "what"], ["means"]), (["explain", "what"], ["are"]),
        (["define"], []),
        (["what", "is", "meant", "by"], []), (["meaning", "of"], []), (["what", "is", "the", "meaning", "of"], []),
    ]
    private static let articles: Set<Substring> = ["a", "an", "the"]

    /// Words whose meaning is the same tomorrow, from the file `terms.txt`.
    private static let terms: Set<String> = Set(
        String(decoding: PackageResources.terms_txt, as: UTF8.self).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }.map { words(of: $0).joined(separator: " ") }
    )

    /// Whether a message asks what one of the words that we know means, and nothing else.
    ///
    /// Anything more might be about the moment: whoever asks for the trend wants to know today's.
    /// - Parameters:
    ///   - message: what somebody asks, in English.
    ///   - symbols: those of which there are prices, such as `GAS`: a question for one of them is about its market.
    /// - Returns: whether its answer may be given again.
    package static func asksForTerm(_ message: String, symbols: Set<String>) -> Bool {
        let words = words(of: message)
        return forms.contains { form in
            guard words.starts(with: form.before), words.suffix(form.after.count) == form.after[...],
                words.count > form.before.count + form.after.count
            else { return false }
            let rest = words.dropFirst(form.before.count).dropLast(form.after.count)
            let term = rest.drop { articles.contains($0) }.joined(separator: " ")
            return terms.contains(term) && !symbols.contains(term.uppercased())
        }
    }

    private static func words(of text: some StringProtocol) -> [Substring] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }
    }
}
