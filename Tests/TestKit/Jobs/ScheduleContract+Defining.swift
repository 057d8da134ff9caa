import Bus
import Jobs
import Store
import Testing

extension ScheduleContract {
    static let defining = [
        Check(name: "a definition is added, found again, and changed") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            var definition = contract.definition()
            definition.catchUp = .all(window: .seconds(7200), countMax: 5)
            definition.overlap = .queueOne
            definition.priority = 7
            definition.attemptMax = 9
            #expect(try await book.install(definition, as: .code) == .added)
            #expect(try await book.install(definition, as: .code) == .unchanged)
            let added = try #require(try await book.show("hourly"))
            #expect(added.definition == definition && added.origin == .code && added.pausedAt == nil)
            #expect(added.nextAt == contract.now.advanced(by: .seconds(3600)))

            definition.payload = "[2]"
            #expect(try await book.install(definition, as: .code) == .changed)
            #expect(try await book.show("hourly")?.definition == definition)
            #expect(try await book.list().map(\.name) == ["hourly"])
            await store.close()
        },
        Check(name: "a new expression moves the next time, anything else leaves it") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            var definition = contract.definition()
            try await book.install(definition, as: .code)
            let first = try await book.show("hourly")?.nextAt
            // Nobody looks for two hours, then the program starts anew.
            try await contract.advance(store, by: .seconds(2 * 3600 + 60))
            definition.priority = 2
            try await book.install(definition, as: .code)
            #expect(try await book.show("hourly")?.nextAt == first)
            definition.cron = "30 * * * *"
            try await book.install(definition, as: .code)
            #expect(try await book.show("hourly")?.nextAt == contract.now.advanced(by: .seconds(29 * 60)))
            definition.timeZone = "Asia/Kolkata"
            try await book.install(definition, as: .code)
            #expect(try await book.show("hourly")?.nextAt == contract.now.advanced(by: .seconds(59 * 60)))
            await store.close()
        },
        Check(name: "an operator's pause and an operator's definition survive the program's start") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            try await book.install(contract.definition(), as: .code)
            try await book.pause("hourly")
            try await book.install(contract.definition(cron: "5 * * * *"), as: .code)
            #expect(try await book.show("hourly")?.pausedAt == contract.now)

            #expect(try await book.install(contract.definition(cron: "7 * * * *"), as: .operator) == .changed)
            #expect(try await book.install(contract.definition(), as: .code) == .kept)
            #expect(try await book.show("hourly")?.definition.cron == "7 * * * *")
            await store.close()
        },
        Check(name: "a definition that cannot work is refused with its field") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            func refusal(_ change: (inout ScheduleDefinition) -> Void) async -> String {
                var definition = contract.definition()
                change(&definition)
                let changed = definition
                return await scheduleError { try await book.install(changed, as: .operator) } ?? "none"
            }
            #expect(await refusal { $0.name = "No Such Name" }.hasPrefix("name "))
            #expect(await refusal { $0.priority = 10 }.hasPrefix("priority "))
            #expect(
                await refusal { $0.cron = "61 * * * *" } == "cron: minute: \"61\" is not allowed here; allowed: 0-59"
            )
            #expect(await refusal { $0.timeZone = "../etc/passwd" }.hasPrefix("time zone: "))
            #expect(await refusal { $0.timeZone = "Europe/Nowhere" }.contains("does not know"))
            #expect(await refusal { $0.catchUp = .all(window: .seconds(1), countMax: 0) }.hasPrefix("catch_up_max"))
            #expect(try await book.list().isEmpty)
            await store.close()
        },
    ]
}
