import Bus
import Domain
import HTTPTypes
import Hummingbird
import Identity
import JSON

/// The station's own pages: who is on the air, for anyone; how the station is, for those who run it.
///
/// Every page is complete as it is sent. Scripts, where a browser runs them, only keep it current.
package struct Console: Sendable {
    let data: ConsoleData
    let files: ConsoleFiles
    private let accounts: ConsoleAccounts?
    private let operations: ConsoleOperations?
    private let market: ConsoleMarket?
    private let air: OnAirRoutes.Doors?
    private let governance: ConsoleGovernance?
    private let delegation: ConsoleDelegation?
    private let oracle: ConsoleOracle?
    private let films: FilmRoutes.Doors?

    /// - Parameters:
    ///   - data: what anybody may see.
    ///   - accounts: what is done with accounts; without it nobody can log in.
    ///   - operations: what operators see and do.
    ///   - market: what the market's pages show; without it there are none.
    ///   - air: what is heard, and was; without it there is no page to listen on.
    ///   - governance: what the community decides; without it there are no pages of that.
    ///   - delegation: who votes for whom; without it there is no page of that.
    ///   - oracle: what is said of wallets; without it there are no pages of that.
    ///   - films: films that are made here; without it there are no pages of that.
    package init(
        data: ConsoleData,
        accounts: ConsoleAccounts? = nil,
        operations: ConsoleOperations? = nil,
        market: ConsoleMarket? = nil,
        air: OnAirRoutes.Doors? = nil,
        governance: ConsoleGovernance? = nil,
        delegation: ConsoleDelegation? = nil,
        oracle: ConsoleOracle? = nil,
        films: FilmRoutes.Doors? = nil
    ) {
        self.data = data
        self.accounts = accounts
        self.operations = operations
        self.market = market
        self.air = air
        self.governance = governance
        self.delegation = delegation
        self.oracle = oracle
        self.films = films
        files = .shipped
    }

    package func all() -> [Route] {
        [onAir, news, files.route] + (accounts.map(accountRoutes) ?? []) + (operations.map(operationsRoutes) ?? [])
            + (market.map(marketRoutes) ?? []) + (air.map { [listening($0)] } ?? [])
            + (governance.map(governanceRoutes) ?? []) + (delegation.map(delegationRoutes) ?? [])
            + (oracle.map(oracleRoutes) ?? []) + (films.map(filmRoutes) ?? [])
    }

    /// What every page knows of the request it answers.
    func visit(_ request: Request, _ call: Route.Call) -> Visit { visit(request, by: call.principal) }

    func visit(_ request: Request, by person: Principal?) -> Visit {
        Visit(
            now: data.now(),
            station: data.station(),
            files: files,
            canLogIn: accounts != nil,
            hasMarket: market != nil,
            canListen: air != nil,
            hasGovernance: governance != nil,
            hasDelegation: delegation != nil,
            hasOracle: oracle != nil,
            hasFilms: films != nil,
            person: person,
            formToken: FormToken(of: request, by: person)
        )
    }

    /// What stands behind the question mark; nothing where that cannot be read.
    static func query(_ request: Request) -> [String: String] {
        let fields = (try? QueryInput(request.uri.query).value.object) ?? [:]
        return fields.compactMapValues(\.string).filter { !$0.value.isEmpty && $0.value.utf8.count <= OwnPath.bytesMax }
    }

    /// The page that a form stands on.
    static func page(ofForm path: String) -> String {
        ["/operations", "/account", "/proposals", "/wallets", "/oracle/wallet", "/films"].first {
            path == $0 || path.hasPrefix($0 + "/")
        } ?? "/"
    }

    /// The log-in page, which leads to another one afterwards.
    static func logInPath(leadingTo next: OwnPath?) -> OwnPath {
        let page: OwnPath = "/login"
        return next.map { page.asking("next", $0.text) } ?? page
    }

    // MARK: Pages for anyone

    private var onAir: Route {
        .page("/", access: .anyone, summary: "What is on the air, and the prices behind it") {
            [self] (request, call) async throws(APIError) in
            let visit = visit(request, call)
            let page = OnAirPage(
                station: visit.station,
                health: data.health(),
                spoken: data.spoken(),
                market: data.market(),
                canListen: visit.canListen,
                now: visit.now
            )
            return PageAnswer(page.framed(visit))
        }
    }

    private var news: Route {
        .page(
            "/news",
            access: .anyone,
            summary: "The newest news with their mood, and the mood of the market",
            query: ["symbol", "before"]
        ) { [self] (request, call) async throws(APIError) in
            let visit = visit(request, call)
            let query = Console.query(request)
            let symbol = query["symbol"].map { $0.uppercased() }
            let wish = NewsRoutes.Wish(
                symbol: symbol,
                before: query["before"].flatMap { UUIDv7($0) },
                limit: NewsListPage.piecesShown
            )
            let page = NewsListPage(
                news: await shown { () async throws(APIError) in try await data.news.news(wish) },
                mood: await shown { () async throws(APIError) in try await data.news.mood() },
                symbol: symbol,
                isOlder: wish.before != nil,
                now: visit.now
            )
            return PageAnswer(page.framed(visit))
        }
    }
}
