import Domain

/// Models as files.
///
/// All numbers are little-endian: eight bytes that say what it is, the version of the format, the features that it was
/// made for, its origin, the keys of the texts it was trained on, the weights that are not 0 by ascending feature, and
/// the SHA-256 of all that.
extension LinearModel {
    private static let mark = Array("CCFMSENT".utf8)
    private static let fileVersion: UInt32 = 1
    private static let headBytes = 8 + 4 + 8 + 8 + 4 * 5 + 4 + 4
    private static let checksumBytes = 32
    private static let entryBytes = 4 + 3 * 4
    /// The largest model with as many texts as can be trained on.
    package static let fileBytesMax = 32 * 1024 * 1024

    /// The model as it stands in a file.
    package var fileBytes: [UInt8] {
        var writer = LittleEndianWriter()
        writer.bytes += LinearModel.mark
        writer.add(LinearModel.fileVersion)
        writer.add(FeatureExtractor.fingerprint)
        writer.add(origin.seed)
        for count in [bits, origin.epochs, origin.bullish, origin.bearish, origin.neutral] {
            writer.add(UInt32(clamping: count))
        }
        let used = (0..<(1 << bits)).filter { feature in
            weights[3 * feature] != 0 || weights[3 * feature + 1] != 0 || weights[3 * feature + 2] != 0
        }
        writer.add(UInt32(clamping: seen.count))
        writer.add(UInt32(clamping: used.count))
        for key in seen { writer.add(key) }
        for feature in used {
            writer.add(UInt32(clamping: feature))
            for place in 0..<3 { writer.add(weights[3 * feature + place].bitPattern) }
        }
        return writer.bytes + LinearModel.checksum(writer.bytes)
    }

    /// Reads a model's file.
    ///
    /// Blocks while it reads, so it is for tools and the start of a program.
    /// - Parameter path: the file.
    /// - Throws: `SentimentError` when it cannot be read, and as `init(fileBytes:name:)`.
    package init(path: String) throws(SentimentError) {
        try self.init(fileBytes: try WholeFile.read(path: path, bytesMax: LinearModel.fileBytesMax), name: path)
    }

    /// Reads a model from the bytes of a file.
    ///
    /// - Parameters:
    ///   - bytes: of the whole file; may be anything.
    ///   - name: of the file, for the error.
    /// - Throws: `SentimentError` for what is no model, is damaged, or was made by another version of the program.
    package init(fileBytes bytes: [UInt8], name: String) throws(SentimentError) {
        func problem(_ text: String) -> SentimentError { SentimentError(.badModel, "\(name): \(text)") }
        guard bytes.starts(with: LinearModel.mark) else {
            throw problem("is no sentiment model; make one with cryptocallctl sentiment train")
        }
        guard bytes.count <= LinearModel.fileBytesMax else {
            throw problem("has \(bytes.count) bytes; no model has more than \(LinearModel.fileBytesMax)")
        }
        guard bytes.count >= LinearModel.headBytes + LinearModel.checksumBytes else {
            throw problem("is cut off after \(bytes.count) bytes; train it again")
        }
        var reader = LittleEndianReader(bytes: bytes, position: LinearModel.mark.count)
        let version: UInt32 = reader.next()
        guard version == LinearModel.fileVersion else {
            throw problem(
                "has format \(version), and this program reads format \(LinearModel.fileVersion); train it again"
            )
        }
        let body = Array(bytes.dropLast(LinearModel.checksumBytes))
        guard Array(bytes.suffix(LinearModel.checksumBytes)) == LinearModel.checksum(body) else {
            throw problem("is damaged: its checksum is wrong; train it again")
        }
        let fingerprint: UInt64 = reader.next()
        guard fingerprint == FeatureExtractor.fingerprint else {
            throw problem("was made with another lexicon or other features than this program has; train it again")
        }
        let seed: UInt64 = reader.next()
        let counts = (0..<7).map { _ in Int(reader.next() as UInt32) }
        let (bits, seenCount, usedCount) = (counts[0], counts[5], counts[6])
        guard LinearModel.bitsRange.contains(bits), usedCount <= 1 << bits,
            body.count == LinearModel.headBytes + 8 * seenCount + LinearModel.entryBytes * usedCount
        else { throw problem("has a length that its head does not say; train it again") }
        let seen = (0..<seenCount).map { _ in reader.next() as UInt64 }
        guard zip(seen, seen.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw problem("has keys that are not in order; train it again")
        }
        var weights = [Float](repeating: 0, count: 3 << bits)
        var next = 0
        for _ in 0..<usedCount {
            let feature = Int(reader.next() as UInt32)
            guard feature >= next, feature < 1 << bits else {
                throw problem("has features that are not in order; train it again")
            }
            for place in 0..<3 {
                let weight = Float(bitPattern: reader.next())
                guard weight.isFinite, weight.magnitude < 1e6 else {
                    throw problem("has a weight that is no number; train it again")
                }
                weights[3 * feature + place] = weight
            }
            next = feature + 1
        }
        self.init(
            origin: Origin(seed: seed, epochs: counts[1], bullish: counts[2], bearish: counts[3], neutral: counts[4]),
            seen: seen,
            bits: bits,
            weights: weights
        )
    }

    static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.words().flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
    }
}

extension FeatureExtractor {
    /// Changes with the lexicon and with the version of the features.
    static let fingerprint: UInt64 = {
        var hash = WordHash()
        for byte in PackageResources.lexicon_txt { hash.add(byte) }
        return WordHash.joined(hash.value, version)
    }()
}

private struct LittleEndianWriter {
    var bytes: [UInt8] = []

    mutating func add(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Reads numbers one behind the other; whoever reads has looked at the length.
private struct LittleEndianReader {
    let bytes: [UInt8]
    var position: Int

    mutating func next<Number: FixedWidthInteger>() -> Number {
        var number: Number = 0
        for place in 0..<(Number.bitWidth / 8) {
            number |= Number(truncatingIfNeeded: bytes[position + place]) << Number(truncatingIfNeeded: 8 * place)
        }
        position += Number.bitWidth / 8
        return number
    }
}
