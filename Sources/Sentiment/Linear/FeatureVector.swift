/// What a linear model is shown of a piece of text: a few of very many numbers, all others are 0.
struct FeatureVector {
    private(set) var indices: [UInt32] = []
    private(set) var values: [Float] = []

    mutating func removeAll() {
        indices.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    mutating func add(_ index: UInt32, _ value: Float) {
        indices.append(index)
        values.append(value)
    }

    /// As `add`, unless the feature is there already behind a place: a word that is repeated says it once.
    @inline(__always)
    mutating func addOnce(_ index: UInt32, _ value: Float, from start: Int) {
        for place in start..<indices.count where indices[place] == index { return }
        add(index, value)
    }

    /// Multiplies all values from a place on.
    mutating func scale(from start: Int, by factor: Float) {
        for index in start..<values.count { values[index] *= factor }
    }

    var count: Int { indices.count }
}
