import Bus
import Domain
import Identity
import Store
import TestKit
import Testing

extension IdentityContract {
    static let profile = [
        Check(name: "somebody is called as they wish") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            #expect(account.displayName == "ann")
            #expect(try await bench.desk.setDisplayName(" Ann ", of: account.id).displayName == "Ann")
            #expect(
                await refused { _ = try await bench.desk.setDisplayName("", of: account.id) }?.field == "display_name"
            )
            await bench.store.close()
        },
        Check(name: "settings are the defaults until they are chosen") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            #expect(try await bench.desk.userSettings(of: account.id) == UserSettings())
            var settings = UserSettings(email: true, defaultNiche: "métaux", timezone: "Europe/Berlin")
            try await bench.desk.setUserSettings(settings, of: account.id)
            #expect(try await bench.desk.userSettings(of: account.id) == settings)
            settings.timezone = "../etc/passwd"
            let bad = settings
            #expect(await refused { try await bench.desk.setUserSettings(bad, of: account.id) }?.field == "timezone")
            let nobody = UUIDv7(high: 1, low: 1)
            #expect(await refusal { try await bench.desk.setUserSettings(UserSettings(), of: nobody) } == .notFound)
            await bench.store.close()
        },
        Check(name: "a picture is what its content says") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            #expect(await refusal { _ = try await bench.desk.avatar(of: account.id) } == .notFound)
            let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0xFF, 0x80]
            #expect(try await bench.desk.setAvatar(png, of: account.id) == .png)
            let first = try await bench.desk.avatar(of: account.id)
            #expect(first.content == png && first.format.mediaType == "image/png")
            let jpeg = [0xFF, 0xD8, 0xFF] + [UInt8](repeating: 7, count: Avatar.sizeBytesMax - 3)
            #expect(try await bench.desk.setAvatar(jpeg, of: account.id) == .jpeg)
            let second = try await bench.desk.avatar(of: account.id)
            #expect(second.content == jpeg && second.tag != first.tag)
            let svg = Array("<svg onload=alert(1)>".utf8)
            #expect(await refused { _ = try await bench.desk.setAvatar(svg, of: account.id) }?.field == "avatar")
            #expect(await refused { _ = try await bench.desk.setAvatar(jpeg + [1], of: account.id) }?.field == "avatar")
            try await bench.desk.removeAvatar(of: account.id)
            #expect(await refusal { try await bench.desk.removeAvatar(of: account.id) } == .notFound)
            await bench.store.close()
        },
    ]

    static let administration = [
        Check(name: "accounts are listed in pages, oldest first") { contract in
            let bench = try await contract.open()
            for name in ["c", "a", "b"] { _ = try await bench.register(name) }
            let first = try await bench.desk.users(limit: 2)
            #expect(first.map(\.email) == ["c@example.org", "a@example.org"])
            let rest = try await bench.desk.users(after: first[1].id, limit: 2)
            #expect(rest.map(\.email) == ["b@example.org"])
            #expect(await refusal { _ = try await bench.desk.user(UUIDv7(high: 1, low: 1)) } == .notFound)
            await bench.store.close()
        },
        Check(name: "each change of an account is a line of the audit log") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            let change = UserChange(role: .operator, tier: .enterprise, isDisabled: true)
            let changed = try await bench.desk.change(account.id, change, by: IdentityBench.admin)
            #expect(changed.role == .operator && changed.tier == .enterprise && changed.isDisabled)
            // Asking for what is so already changes nothing.
            #expect(try await bench.desk.change(account.id, change, by: IdentityBench.admin) == changed)
            let lines = try await bench.store.activities(before: nil, limit: 10).map(\.activity)
            #expect(lines.map(\.action).reversed() == ["user.register", "user.role", "user.tier", "user.disable"])
            #expect(lines[2].caller == "boss@example.org" && lines[2].target == account.id.description)
            #expect(lines[2].detail == #"{"from":"client","to":"operator"}"#)
            let nobody = UUIDv7(high: 1, low: 1)
            #expect(
                await refusal { _ = try await bench.desk.change(nobody, change, by: IdentityBench.admin) } == .notFound
            )
            await bench.store.close()
        },
        Check(name: "who is disabled is logged out, and stays so when enabled again") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            let token = try await bench.logIn().accessToken
            _ = try await bench.desk.authenticate(bearer: token)
            for isDisabled in [true, false] {
                _ = try await bench.desk.change(account.id, UserChange(isDisabled: isDisabled), by: IdentityBench.admin)
                #expect(await refusal { _ = try await bench.desk.authenticate(bearer: token) } == .unauthenticated)
            }
            await bench.store.close()
        },
        Check(name: "a reset password unlocks and logs out everywhere") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            let token = try await bench.logIn().accessToken
            for _ in 0..<5 { _ = await refusal { _ = try await bench.logIn(password: "wrong horse battery") } }
            try await bench.desk.resetPassword(of: account.id, to: "a new password", by: IdentityBench.admin)
            _ = try await bench.logIn(password: "a new password")
            #expect(await refusal { _ = try await bench.desk.authenticate(bearer: token) } == .unauthenticated)
            #expect(try await bench.audited().suffix(2) == ["user.reset_password done", "user.login done"])
            await bench.store.close()
        },
        Check(name: "all sessions of an account can be ended") { contract in
            let bench = try await contract.open()
            let account = try await bench.register()
            let token = try await bench.logIn().accessToken
            let browser = try await bench.logInBrowser().secret
            _ = try await bench.desk.authenticate(browser: browser)
            #expect(try await bench.desk.revokeSessions(of: account.id, by: IdentityBench.admin) == 2)
            #expect(await refusal { _ = try await bench.desk.authenticate(bearer: token) } == .unauthenticated)
            #expect(await refusal { _ = try await bench.desk.authenticate(browser: browser) } == .unauthenticated)
            #expect(try await bench.desk.revokeSessions(of: account.id, by: IdentityBench.admin) == 0)
            await bench.store.close()
        },
    ]
}
