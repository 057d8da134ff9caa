/// The supervision tree, and the means to restart what hangs: whoever is not up comes first.
struct ActorTable: View {
    let visit: Visit
    let actors: Shown<[StationView.Actor]>

    var body: Markup {
        LiveSection("actors", "Actors") {
            switch actors {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(let actors):
                let troubled = actors.filter(ActorTable.isTroubled)
                if !troubled.isEmpty { table("Actors that are not up, or were restarted lately", troubled) }
                let text = troubled.isEmpty ? "\(actors.count) up, none restarted lately" : "All \(actors.count)"
                FoldedTable(id: "actors-all", text: text, table: table("All actors", actors))
            }
        }
    }

    private static func isTroubled(_ actor: StationView.Actor) -> Bool {
        actor.state != StationView.Actor.up || actor.restartsInWindow > 0
    }

    private func table(_ name: String, _ actors: [StationView.Actor]) -> DataTable {
        DataTable(
            name: name,
            columns: [
                DataTable.Column("Actor"), DataTable.Column("State", .state), DataTable.Column("Up for"),
                DataTable.Column("Restarts"), DataTable.Column("Last end", .prose),
                DataTable.Column("Actions", .actions),
            ],
            rows: actors.map(row)
        )
    }

    private func row(_ actor: StationView.Actor) -> DataTable.Row {
        DataTable.Row([
            Markup(text: String(repeating: "↳ ", count: actor.depth - 1) + actor.id),
            Condition(actor.state, ActorTable.tone(actor.state)).body,
            Markup(text: actor.uptimeSeconds.map { Figures.span(seconds: Int64($0)) } ?? waiting(actor)),
            Markup(text: restarts(actor)), Markup(text: actor.lastExit ?? ""),
            actor.isSupervisor ? .empty : button(actor),
        ])
    }

    private func restarts(_ actor: StationView.Actor) -> String {
        guard actor.restartsTotal > 0 else { return "" }
        return actor.restartsInWindow > 0
            ? "\(actor.restartsTotal), \(actor.restartsInWindow) lately" : "\(actor.restartsTotal)"
    }

    private func waiting(_ actor: StationView.Actor) -> String {
        actor.nextTrySeconds.map { "tried again in \(Figures.span(seconds: Int64($0.rounded(.up))))" } ?? ""
    }

    private static func tone(_ state: String) -> Condition.Tone {
        switch state {
        case StationView.Actor.up: .good
        case "starting", "stopping", "queued": .quiet
        default: .poor
        }
    }

    private func button(_ actor: StationView.Actor) -> Markup {
        let isDown = StationView.Actor.down.contains(actor.state)
        return ActionButton(
            visit: visit,
            action: OperatorAction.path(isDown ? "start-actor" : "restart-actor"),
            text: isDown ? "Start" : "Restart",
            about: "the actor \(actor.id)",
            fields: [("id", actor.id)]
        ).body
    }
}
