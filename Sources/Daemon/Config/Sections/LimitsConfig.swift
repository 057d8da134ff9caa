import API

/// The `[limits]` section: how much everybody may ask for; 0 for no limit.
package struct LimitsConfig: ConfigSection {
    package var publicData = PublicData()
    package var modelBacked = ModelBacked()
    package var standard = Standard()
    package var actions = Actions()
    package var logIn = LogIn()
    package var symbols = Symbols()

    package static var reloadableKeys: Set<String> {
        ["public_data", "model_backed", "standard", "actions", "log_in", "symbols"]
    }

    package init() {}

    private static let countMax = 1_000_000_000

    fileprivate static func problems(_ counts: [(ConfigPath, Int)], least: Int = 0) -> [ConfigProblem] {
        counts.flatMap { ConfigProblem.range($0, $1, least...countMax) }
    }

    /// The `[limits.public_data]` table: by user, or by address of those who have not logged in.
    package struct PublicData: ConfigSection {
        package var freePerMinute = 30
        package var freePerDay = 1000
        package var proPerMinute = 300
        package var proPerDay = 50_000
        package var enterprisePerMinute = 3000
        package var enterprisePerDay = 500_000

        package init() {}

        package func problems() -> [ConfigProblem] {
            LimitsConfig.problems([
                ("free_per_minute", freePerMinute), ("free_per_day", freePerDay), ("pro_per_minute", proPerMinute),
                ("pro_per_day", proPerDay), ("enterprise_per_minute", enterprisePerMinute),
                ("enterprise_per_day", enterprisePerDay),
            ])
        }
    }

    /// The `[limits.model_backed]` table: routes that ask a language model.
    package struct ModelBacked: ConfigSection {
        package var freePerMinute = 10
        package var proPerMinute = 100
        package var enterprisePerMinute = 1000
        package var freeAtOnce = 2
        package var proAtOnce = 10
        package var enterpriseAtOnce = 50

        package init() {}

        package func problems() -> [ConfigProblem] {
            LimitsConfig.problems([
                ("free_per_minute", freePerMinute), ("pro_per_minute", proPerMinute),
                ("enterprise_per_minute", enterprisePerMinute), ("free_at_once", freeAtOnce),
                ("pro_at_once", proAtOnce), ("enterprise_at_once", enterpriseAtOnce),
            ])
        }
    }

    /// The `[limits.standard]` table: whatever has no limits of its own.
    package struct Standard: ConfigSection {
        /// For those with a token or a key.
        package var perMinute = 60
        package var anonymousPerHour = 100
        /// Health, metrics and pages, by address.
        package var operationsPerMinute = 1200
        /// Deliveries of other services, by address.
        package var webhookPerMinute = 600

        package init() {}

        package func problems() -> [ConfigProblem] {
            LimitsConfig.problems([
                ("per_minute", perMinute), ("anonymous_per_hour", anonymousPerHour),
                ("operations_per_minute", operationsPerMinute), ("webhook_per_minute", webhookPerMinute),
            ])
        }
    }

    /// The `[limits.actions]` table: what starts work or moves money.
    package struct Actions: ConfigSection {
        package var projectCreatePerHour = 10
        package var workflowStartPerHour = 20
        package var chargePerHour = 50

        package init() {}

        package func problems() -> [ConfigProblem] {
            LimitsConfig.problems([
                ("project_create_per_hour", projectCreatePerHour), ("workflow_start_per_hour", workflowStartPerHour),
                ("charge_per_hour", chargePerHour),
            ])
        }
    }

    /// The `[limits.log_in]` table: what takes a password; never without a limit.
    package struct LogIn: ConfigSection {
        package var addressPerMinute = 10
        package var addressPerHour = 60
        package var accountPerMinute = 5
        package var accountPerHour = 30

        package init() {}

        package func problems() -> [ConfigProblem] {
            LimitsConfig.problems(
                [
                    ("address_per_minute", addressPerMinute), ("address_per_hour", addressPerHour),
                    ("account_per_minute", accountPerMinute), ("account_per_hour", accountPerHour),
                ],
                least: 1
            )
        }
    }

    /// The `[limits.symbols]` table: symbols in one request for data.
    package struct Symbols: ConfigSection {
        package var free = 5
        package var pro = 100
        package var enterprise = 0

        package init() {}

        package func problems() -> [ConfigProblem] {
            LimitsConfig.problems([("free", free), ("pro", pro), ("enterprise", enterprise)])
        }
    }
}

extension LimitFigures {
    package init(_ settings: LimitsConfig) {
        self.init()
        let (data, model) = (settings.publicData, settings.modelBacked)
        publicPerMinute = Tiered(data.freePerMinute, data.proPerMinute, data.enterprisePerMinute)
        publicPerDay = Tiered(data.freePerDay, data.proPerDay, data.enterprisePerDay)
        modelPerMinute = Tiered(model.freePerMinute, model.proPerMinute, model.enterprisePerMinute)
        modelAtOnce = Tiered(model.freeAtOnce, model.proAtOnce, model.enterpriseAtOnce)
        symbols = Tiered(settings.symbols.free, settings.symbols.pro, settings.symbols.enterprise)
        standardPerMinute = settings.standard.perMinute
        anonymousPerHour = settings.standard.anonymousPerHour
        operationsPerMinute = settings.standard.operationsPerMinute
        webhookPerMinute = settings.standard.webhookPerMinute
        projectCreatePerHour = settings.actions.projectCreatePerHour
        workflowStartPerHour = settings.actions.workflowStartPerHour
        chargePerHour = settings.actions.chargePerHour
        logInAddressPerMinute = settings.logIn.addressPerMinute
        logInAddressPerHour = settings.logIn.addressPerHour
        logInAccountPerMinute = settings.logIn.accountPerMinute
        logInAccountPerHour = settings.logIn.accountPerHour
    }
}
