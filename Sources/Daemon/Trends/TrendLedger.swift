import Store
import Trends

/// Keeps the list and what was spent for it; one daemon searches at a time, so that the money of a day is counted once.
typealias TrendLedger = SharedRecord<TrendRecord>

extension SharedRecord where Record == TrendRecord {
    init(store: any Storage) { self.init(SettingKey("trends.record"), lease: "trends", store: store) }
}
