package import Bus

/// Which backups go: a pure decision over the names that the keeper gives.
///
/// Names that it did not give are never touched: what somebody put into the folder stays.
package struct BackupRetention: Hashable, Sendable {
    package let keepDays: Int

    package init(keepDays: Int) { self.keepDays = keepDays }

    /// The names of backups to remove.
    ///
    /// - Parameters:
    ///   - names: all files in the folder.
    ///   - now: the present.
    /// - Returns: those older than they are kept; never the newest, so that a station whose backups fail for a month
    ///   still has one.
    package func expired(_ names: [String], at now: Timestamp) -> [String] {
        let backups = names.compactMap(BackupName.init).sorted { $0.takenAt < $1.takenAt }
        let oldest = now.advanced(by: .seconds(-keepDays * 86_400))
        return backups.dropLast().filter { $0.takenAt < oldest }.map(\.text)
    }
}

/// The name of a nightly backup: `nightly-20261125T020000Z.sqlite`, or `.pgdump`.
package struct BackupName: Hashable, Sendable {
    package let text: String
    package let takenAt: Timestamp

    package init(_ engine: StoreConfig.Engine, at time: Timestamp) {
        let seconds = Timestamp(seconds: time.milliseconds / 1000)
        let stamp = seconds.description.filter { $0.isNumber || $0 == "T" }.prefix(15)
        text = "\(BackupName.beginning)\(stamp)Z.\(BackupName.ending(engine))"
        takenAt = seconds
    }

    /// - Returns: `nil` for any other name.
    package init?(_ text: String) {
        guard text.hasPrefix(BackupName.beginning),
            let engine = StoreConfig.Engine.allCases.first(where: { text.hasSuffix(".\(BackupName.ending($0))") })
        else { return nil }
        let stamp = Array(text.dropFirst(BackupName.beginning.count).dropLast(BackupName.ending(engine).count + 1).utf8)
        guard stamp.count == 16 else { return nil }
        func part(_ range: Range<Int>) -> String { String(decoding: stamp[range], as: UTF8.self) }
        let date = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))"
        guard let time = Timestamp("\(date)T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z") else { return nil }
        self.text = text
        takenAt = time
        guard BackupName(engine, at: takenAt).text == text else { return nil }
    }

    package static let beginning = "nightly-"

    static func ending(_ engine: StoreConfig.Engine) -> String { engine == .sqlite ? "sqlite" : "pgdump" }
}
