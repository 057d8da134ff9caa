import API
import Domain

extension ChatLimits {
    init(_ configuration: Configuration) {
        self.init()
        let settings = configuration.chat
        messageCharactersMax = settings.messageCharactersMax
        turnsMax = settings.turnsMax
        outputTokensMax = [
            .free: settings.outputTokensFree, .pro: settings.outputTokensPro,
            .enterprise: settings.outputTokensEnterprise,
        ]
        signalsLifetime = .seconds(settings.cacheSignalSeconds)
        termLifetime = .seconds(settings.cacheTermDays * 86_400)
        symbols = Set(configuration.market.pairs.compactMap { TradingPair($0)?.base })
        completionsTier =
            switch settings.completionsTier {
            case .free: .free
            case .pro: .pro
            case .enterprise: .enterprise
            }
    }
}
