extension VisemeTrack: Codable {
    /// Of what is written now; a later one is refused.
    private static let version = 1

    private enum Key: String, CodingKey { case version, shapes, lengths, weights }

    /// Writes one letter for each shape, and how long each but the last stands.
    ///
    /// So there is nothing in it that could be out of order. Weights are written only where there are any below 100.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.version, forKey: .version)
        try container.encode(keyframes.map(\.shape.rawValue).joined(), forKey: .shapes)
        try container.encode(zip(keyframes, keyframes.dropFirst()).map { $1.start - $0.start }, forKey: .lengths)
        let weights = keyframes.map(\.weight)
        if weights.contains(where: { $0 != 100 }) { try container.encode(weights, forKey: .weights) }
    }

    /// - Throws: `VisemeError.badTrack` for what this module would not have written, `DecodingError` for what has other
    ///   members.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let version = try container.decode(Int.self, forKey: .version)
        guard version == Self.version else { throw VisemeError.badTrack("version \(version) is not known") }
        let letters = try container.decode(String.self, forKey: .shapes)
        guard !letters.isEmpty, letters.utf8.count <= Self.keyframesMax else {
            throw VisemeError.badTrack("there are \(letters.utf8.count) shapes, and not 1 to \(Self.keyframesMax)")
        }
        let shapes = try letters.map { letter in
            guard let shape = MouthShape(rawValue: String(letter)) else {
                throw VisemeError.badTrack("there is no shape with the letter \(letter.debugDescription)")
            }
            return shape
        }
        let lengths = try Self.numbers(container, .lengths, count: shapes.count - 1, in: 1...MouthTime.max)
        let weights =
            container.contains(.weights)
            ? try Self.numbers(container, .weights, count: shapes.count, in: 1...100)
            : [Int](repeating: 100, count: shapes.count)
        var start = 0
        var frames = [Keyframe(start: 0, shape: shapes[0], weight: weights[0])]
        for (place, length) in lengths.enumerated() {
            start += length
            // Checked here too, since the sum of many could be more than a number holds.
            guard start <= MouthTime.max else {
                throw VisemeError.badTrack("it is longer than \(MouthTime.max) samples")
            }
            frames.append(Keyframe(start: start, shape: shapes[place + 1], weight: weights[place + 1]))
        }
        try self.init(frames)
    }

    /// Reads no more numbers than there may be.
    private static func numbers(
        _ container: KeyedDecodingContainer<Key>,
        _ key: Key,
        count: Int,
        in range: ClosedRange<Int>
    ) throws -> [Int] {
        var list = try container.nestedUnkeyedContainer(forKey: key)
        var numbers: [Int] = []
        while !list.isAtEnd, numbers.count <= count {
            let number = try list.decode(Int.self)
            guard range.contains(number) else {
                throw VisemeError.badTrack("\(key.rawValue)[\(numbers.count)] is \(number), and not within \(range)")
            }
            numbers.append(number)
        }
        guard numbers.count == count else {
            throw VisemeError.badTrack("\(key.rawValue) has not \(count) numbers, as the shapes want it")
        }
        return numbers
    }
}
