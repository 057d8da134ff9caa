import Domain

/// The features of all texts, one behind the other.
struct TrainingExamples {
    private(set) var indices: [UInt32] = []
    private(set) var values: [Float] = []
    /// Where the features of each example begin, and behind the last where they end.
    private(set) var starts: [Int] = [0]
    private(set) var labels: [Int] = []
    private(set) var weights: [Float] = []
    /// Of the text that it comes from: parts of one text are held out together.
    private(set) var keys: [UInt64] = []

    var count: Int { labels.count }

    mutating func add(_ features: FeatureVector, label: SentimentLabel, weight: Float, key: UInt64) {
        indices.append(contentsOf: features.indices)
        values.append(contentsOf: features.values)
        starts.append(indices.count)
        labels.append(LinearModel.places.firstIndex(of: label) ?? 0)
        weights.append(weight)
        keys.append(key)
    }

    /// Lends the places and values of all features.
    func withPointers(_ body: (UnsafeBufferPointer<UInt32>, UnsafeBufferPointer<Float>) -> Void) {
        indices.withUnsafeBufferPointer { indices in
            values.withUnsafeBufferPointer { values in body(indices, values) }
        }
    }
}
