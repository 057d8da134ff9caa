import Sentiment

/// Texts in portions that a classifier takes.
enum TextBatches {
    static func cut(_ texts: [LabelledText]) -> [ArraySlice<LabelledText>] {
        var batches: [ArraySlice<LabelledText>] = []
        var (start, bytes) = (0, 0)
        for (index, text) in texts.enumerated() {
            let size = text.text.utf8.count
            if index - start == SentimentLimits.textsMax || bytes + size > SentimentLimits.batchBytesMax {
                batches.append(texts[start..<index])
                (start, bytes) = (index, 0)
            }
            bytes += size
        }
        if start < texts.count { batches.append(texts[start...]) }
        return batches
    }
}
