import ChainReaders
import Telemetry

/// The endpoints that the `[chains]` section names, with our keys in their addresses; hidden from every log from now on.
struct ChainEndpointKeys: Sendable {
    let solana: [ChainEndpoint]
    let ethereum: [ChainEndpoint]

    /// Blocks as long as reading small files takes.
    init(_ loaded: LoadedConfig, environment: [String: String], redactor: Redactor) throws(CredentialError) {
        let credentials = CredentialStore(layout: loaded.layout, environment: environment)
        func endpoints(
            _ settings: [String: ChainsConfig.Endpoint]
        ) throws(CredentialError) -> [ChainEndpoint] {
            var found: [ChainEndpoint] = []
            for (name, endpoint) in settings.sorted(by: { $0.key < $1.key }) {
                var url = endpoint.url
                if let secret = try credentials.resolve(endpoint.key) {
                    secret.reveal { key in
                        _ = redactor.register(secret: key)
                        url = url.replacing("{key}", with: key)
                    }
                }
                found.append(ChainEndpoint(name: name, url: url, callsPerSecond: endpoint.callsPerSecond))
            }
            return found
        }
        let chains = loaded.configuration.chains
        solana = try endpoints(chains.solana.endpoints)
        ethereum = try endpoints(chains.ethereum.endpoints)
    }
}
