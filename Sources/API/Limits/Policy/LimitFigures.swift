package import Domain

/// The numbers behind the limits; 0 stands for no limit.
package struct LimitFigures: Hashable, Sendable {
    /// One number for each tier.
    package struct Tiered: Hashable, Sendable {
        package var free: Int
        package var pro: Int
        package var enterprise: Int

        package init(_ free: Int, _ pro: Int, _ enterprise: Int) {
            self.free = free
            self.pro = pro
            self.enterprise = enterprise
        }

        package subscript(tier: Tier) -> Int {
            switch tier {
            case .free: free
            case .pro: pro
            case .enterprise: enterprise
            }
        }
    }

    package var publicPerMinute = Tiered(30, 300, 3000)
    package var publicPerDay = Tiered(1000, 50_000, 500_000)
    package var modelPerMinute = Tiered(10, 100, 1000)
    package var modelAtOnce = Tiered(2, 10, 50)
    package var symbols = Tiered(5, 100, 0)
    package var standardPerMinute = 60
    package var anonymousPerHour = 100
    package var projectCreatePerHour = 10
    package var workflowStartPerHour = 20
    package var chargePerHour = 50
    /// For all accounts at one address, and for one account at all addresses.
    package var logInAddressPerMinute = 10
    package var logInAddressPerHour = 60
    package var logInAccountPerMinute = 5
    package var logInAccountPerHour = 30
    package var operationsPerMinute = 1200
    /// For each address that tells the station something.
    package var webhookPerMinute = 600

    package init() {}
}
