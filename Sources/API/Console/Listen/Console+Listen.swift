import Domain
import Hummingbird

extension Console {
    /// The page with the station's sound.
    ///
    /// - Parameter air: what is heard, what comes next, and what was said.
    /// - Returns: its route.
    func listening(_ air: OnAirRoutes.Doors) -> Route {
        .page(
            ListenPage.path.text,
            access: .anyone,
            summary: "The station's sound, what is said now and next, and what was said",
            query: ["q", "before"]
        ) { [self] (request, call) async throws(APIError) in
            let visit = visit(request, call)
            let query = Console.query(request)
            let wish = OnAirRoutes.TranscriptWish(
                q: query["q"],
                before: query["before"].flatMap { Int64($0) },
                limit: ListenPage.segmentsShown
            )
            let page = ListenPage(
                moment: air.now(),
                order: air.schedule(),
                transcript: await shown { () async throws(APIError) in try await air.transcript(wish) },
                words: wish.q,
                isOlder: wish.before != nil,
                now: visit.now
            )
            return PageAnswer(page.framed(visit))
        }
    }
}
