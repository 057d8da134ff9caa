import Actors
import BusZeroMQ
package import Credits
import Domain
import Logging
import Telemetry

/// Log levels change at once.
struct LogLevelPart {
    let levels: LogLevels

    var part: SettingsControl.Part {
        SettingsControl.Part(name: "log levels") { [levels] settings in
            levels.replace(with: LogLevelRules(settings.configuration.log))
        }
    }
}

/// Keys of clients come and go without a restart.
struct EdgeKeysPart {
    let station: Station

    var part: SettingsControl.Part {
        SettingsControl.Part(name: "client keys") { [station] settings in
            station.edge?.replaceAuthorisedKeys(EdgeSettings.keys(settings.configuration.zeromq))
        }
    }
}

/// What credits go by changes with the next operation.
struct CreditsPart {
    let desk: CreditDesk

    var part: SettingsControl.Part {
        SettingsControl.Part(name: "credits") { [desk] settings in
            desk.replace(with: CreditSettings(settings.configuration.credits))
        }
    }
}

extension CreditSettings {
    package init(_ settings: CreditsConfig) {
        self.init()
        welcome = Int64(settings.welcome)
        months = [.pro: Int64(settings.proMonth), .enterprise: Int64(settings.enterpriseMonth)]
        review.lowBelow = Int64(settings.lowBelow)
        review.largeAbove = Int64(settings.largeCharge)
        review.hourMax = Int64(settings.hourMax)
    }
}

/// Providers change with the next question; everything else about market and host is read each time it is used.
struct MarketPart {
    let feed: MarketFeed

    var part: SettingsControl.Part {
        SettingsControl.Part(name: "market sources") { [feed] settings in
            try await feed.replace(with: settings)
        }
    }
}

extension LogLevelRules {
    init(_ settings: LogConfig) {
        self.init(
            base: Logger.Level(settings.level),
            exceptions: settings.levels.mapValues { Logger.Level($0) }
        )
    }
}

extension Logger.Level {
    init(_ level: LogConfig.Level) {
        self =
            switch level {
            case .trace: .trace
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            case .critical: .critical
            }
    }
}

extension LogSettings {
    init(_ settings: LogConfig) {
        let format: LogFormat =
            switch settings.format {
            case .auto: .auto
            case .journal: .journal
            case .text: .text
            case .json: .json
            }
        self.init(service: "cryptocalld", format: format, levels: LogLevelRules(settings))
    }
}
