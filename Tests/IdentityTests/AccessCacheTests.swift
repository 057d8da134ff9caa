import Bus
import Domain
import Testing

@testable import Identity

@Suite struct AccessCacheTests {
    private static let time = Timestamp(seconds: 1_790_000_000)

    private func entry(_ number: UInt64, notedAt: Timestamp = time) -> AccessCache.Entry {
        let id = UUIDv7(high: 1, low: number)
        let principal = Principal(userID: id, email: "a@b", role: .client, tier: .free, proof: .session(id))
        return AccessCache.Entry(
            principal: principal,
            grant: .session(id),
            expires: Self.time.advanced(by: .seconds(60)),
            checkedAt: Self.time,
            notedAt: notedAt
        )
    }

    @Test func `what is asked for stays, the rest makes way`() throws {
        let cache = AccessCache(countMax: 100)
        let wanted = try SecretDigest("wanted")
        cache.keep(entry(0), for: wanted, since: cache.epoch)
        for number in 1...10_000 {
            cache.keep(entry(UInt64(number)), for: try SecretDigest("\(number)"), since: cache.epoch)
            #expect(cache.find(wanted) != nil)
            #expect(cache.count <= 100)
        }
        #expect(cache.find(try SecretDigest("1")) == nil)
    }

    @Test func `an answer from before a revocation is not kept after it`() throws {
        let cache = AccessCache(countMax: 100)
        let digest = try SecretDigest("x")
        let epoch = cache.epoch
        cache.forget { _ in false }
        cache.keep(entry(1), for: digest, since: epoch)
        #expect(cache.find(digest) == nil)
        cache.keep(entry(1), for: digest, since: cache.epoch)
        #expect(cache.find(digest) != nil)
        cache.forget { $0.grant == .session(UUIDv7(high: 1, low: 2)) }
        #expect(cache.find(digest) != nil)
        cache.forget { $0.grant == .session(UUIDv7(high: 1, low: 1)) }
        #expect(cache.find(digest) == nil)
    }

    @Test func `one of many notes the last use`() throws {
        let cache = AccessCache(countMax: 100)
        let digest = try SecretDigest("x")
        cache.keep(entry(1), for: digest, since: cache.epoch)
        let later = Self.time.advanced(by: .seconds(60))
        #expect(!cache.beginNoting(digest, at: Self.time, every: .seconds(60)))
        #expect(cache.beginNoting(digest, at: later, every: .seconds(60)))
        #expect(!cache.beginNoting(digest, at: later, every: .seconds(60)))
    }
}
