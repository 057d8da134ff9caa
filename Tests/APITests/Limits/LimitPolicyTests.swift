import Bus
import Domain
import HTTPTypes
import Identity
import Testing

@testable import API

@Suite struct LimitPolicyTests {
    private let policy = LimitPolicy()

    private func principal(_ role: Role, _ tier: Tier) -> Principal {
        Principal(
            userID: UUIDv7(high: 1, low: 2),
            email: "a@example.com",
            role: role,
            tier: tier,
            proof: .session(UUIDv7(high: 3, low: 4))
        )
    }

    private func text(_ limit: LimitClass, _ principal: Principal?) -> [String] {
        policy.rules(limit, principal).map { "\($0.count) in \($0.window.wholeNanoseconds / 1_000_000_000)" }
    }

    @Test func `the limits are those that were promised`() {
        for free in [nil, principal(.viewer, .free), principal(.client, .free)] {
            #expect(text(.publicData, free) == ["30 in 60", "1000 in 86400"])
            #expect(text(.modelBacked, free) == ["10 in 60"])
            #expect(policy.atOnce(.modelBacked, free) == 2)
            #expect(policy.symbolsMax(free) == 5)
        }
        let (pro, enterprise) = (principal(.client, .pro), principal(.client, .enterprise))
        #expect(text(.publicData, pro) == ["300 in 60", "50000 in 86400"])
        #expect(text(.modelBacked, pro) == ["100 in 60"] && policy.atOnce(.modelBacked, pro) == 10)
        #expect(policy.symbolsMax(pro) == 100)
        #expect(text(.modelBacked, enterprise) == ["1000 in 60"] && policy.atOnce(.modelBacked, enterprise) == 50)
        #expect(policy.symbolsMax(enterprise) == nil)
        #expect(text(.publicData, enterprise) == ["3000 in 60", "500000 in 86400"])
        #expect(text(.standard, nil) == ["100 in 3600"])
        for somebody in [principal(.client, .free), pro, enterprise] {
            #expect(text(.standard, somebody) == ["60 in 60"])
            #expect(text(.projectCreate, somebody) == ["10 in 3600"])
            #expect(text(.workflowStart, somebody) == ["20 in 3600"])
            #expect(text(.charge, somebody) == ["50 in 3600"])
        }
    }

    @Test func `those who run the station are held up only where it costs something`() {
        for staff in [principal(.operator, .free), principal(.admin, .free)] {
            for free in [LimitClass.publicData, .standard, .operations] { #expect(policy.rules(free, staff).isEmpty) }
            for costly in [LimitClass.modelBacked, .projectCreate, .workflowStart, .charge, .logIn] {
                #expect(!policy.rules(costly, staff).isEmpty)
            }
            #expect(policy.symbolsMax(staff) == nil)
        }
    }

    @Test func `nothing is without any bound for strangers`() {
        for limit in LimitClass.allCases { #expect(!policy.rules(limit, nil).isEmpty, "\(limit)") }
        #expect(!policy.accountRules.isEmpty)
    }

    @Test func `everybody is counted as the user they are, and log-ins as where they come from`() {
        let somebody = principal(.client, .free)
        let address = IPAddress("192.0.2.1")
        #expect(policy.subject(.publicData, somebody, address: address) == .user(somebody.userID))
        #expect(policy.subject(.publicData, nil, address: address).text == "ip:192.0.2.1")
        #expect(policy.subject(.logIn, somebody, address: address).text == "ip:192.0.2.1")
    }

    @Test func `no two classes share a rule, so that none uses up what another allows`() {
        let somebody = principal(.client, .free)
        let names = LimitClass.allCases.map { Set(policy.rules($0, somebody).map(\.name)) }
        #expect(names.reduce(0) { $0 + $1.count } == names.reduce(Set()) { $0.union($1) }.count)
        // What a stranger has used up is not what somebody has who logs in from there; the subjects differ.
        #expect(Set(policy.rules(.standard, nil)).isDisjoint(with: policy.rules(.standard, somebody)))
    }

    @Test func `nought means no limit`() {
        var figures = LimitFigures()
        figures.standardPerMinute = 0
        figures.publicPerDay.free = 0
        figures.modelAtOnce.free = 0
        let policy = LimitPolicy(figures)
        #expect(policy.rules(.standard, principal(.client, .pro)).isEmpty)
        #expect(policy.rules(.publicData, nil).map(\.name) == ["public-minute"])
        #expect(policy.atOnce(.modelBacked, nil) == nil)
    }

    @Test func `answers carry the three headers, and refusals a fourth`() {
        var windows = RuleWindows([LimitRule("minute", count: 1, window: .seconds(60))])
        let now = Timestamp(seconds: 1_790_000_000)
        windows.take(1, at: now)
        let admitted = LimitHeaders(windows.admission(at: now)).fields
        #expect(admitted[.rateLimitLimit] == "1" && admitted[.rateLimitRemaining] == "0")
        #expect(admitted[.rateLimitReset].flatMap { Int($0) }.map { (60...61).contains($0) } == true)
        #expect(admitted[.retryAfter] == nil)
        let verdict = windows.refusal(at: now)
        let refused = LimitHeaders(verdict).fields
        #expect(refused[.retryAfter] == "\(verdict.retryAfterSeconds ?? 0)" && refused[.rateLimitRemaining] == "0")
        #expect(LimitRefusal(verdict).limit == 1)
        #expect(LimitRefusal(verdict).retryAfter == verdict.retryAfterSeconds)
        #expect(LimitHeaders(.unlimited).fields.isEmpty)
    }
}
