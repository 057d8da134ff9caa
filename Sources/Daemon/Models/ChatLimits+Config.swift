import API
import Domain

extension ChatLimits {
    init(_ settings: ChatConfig) {
        self.init()
        messageCharactersMax = settings.messageCharactersMax
        turnsMax = settings.turnsMax
        outputTokensMax = [
            .free: settings.outputTokensFree, .pro: settings.outputTokensPro,
            .enterprise: settings.outputTokensEnterprise,
        ]
        completionsTier =
            switch settings.completionsTier {
            case .free: .free
            case .pro: .pro
            case .enterprise: .enterprise
            }
    }
}
