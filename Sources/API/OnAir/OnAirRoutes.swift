/// What is heard, what comes next, and what was said: for everybody.
package struct OnAirRoutes: Sendable {
    /// What a page of the transcript is asked for.
    package struct TranscriptWish: Decodable, Hashable, Sendable {
        /// Words that all have to occur; up to eight.
        package let q: String?
        /// Where the page before ended.
        package let before: Int64?
        /// The most of them, 1 to 200; 50 when not given.
        package let limit: Int?
    }

    /// The parts that answer.
    package struct Doors: Sendable {
        let now: @Sendable () -> NowAnswer
        let schedule: @Sendable () -> ScheduleAnswer
        let transcript: @Sendable (TranscriptWish) async throws(APIError) -> TranscriptAnswer
        let read: StreamRoutes.Read

        /// - Parameters:
        ///   - now: what is heard; must not block.
        ///   - schedule: what comes next; must not block.
        ///   - transcript: what was said.
        ///   - read: the files of the stream.
        package init(
            now: @escaping @Sendable () -> NowAnswer,
            schedule: @escaping @Sendable () -> ScheduleAnswer,
            transcript: @escaping @Sendable (TranscriptWish) async throws(APIError) -> TranscriptAnswer,
            read: @escaping StreamRoutes.Read
        ) {
            self.now = now
            self.schedule = schedule
            self.transcript = transcript
            self.read = read
        }
    }

    private let doors: Doors
    static let group = "On air"

    package init(_ doors: Doors) { self.doors = doors }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        [
            StreamRoutes(read: doors.read).route,
            try Route.get(
                "/now",
                access: .anyone,
                summary: "What is heard now, and how loud it is",
                group: OnAirRoutes.group,
                query: NoQuery.self,
                answers: [200: "The moment."]
            ) { [doors] _, _ in Route.Reply(doors.now()) },
            try Route.get(
                "/schedule",
                access: .anyone,
                summary: "What is heard next",
                group: OnAirRoutes.group,
                query: NoQuery.self,
                answers: [200: "The running order."]
            ) { [doors] _, _ in Route.Reply(doors.schedule()) },
            try Route.get(
                "/api/transcripts",
                access: .anyone,
                summary: "What was said, the newest first; q searches it",
                group: OnAirRoutes.group,
                query: TranscriptWish.self,
                answers: [200: "A page of the transcript."]
            ) { [doors] wish, _ throws(APIError) in Route.Reply(try await doors.transcript(wish)) },
        ]
    }
}
