import Bus
import Domain
import Films
import Hummingbird
import Identity

extension Console {
    /// The pages of films.
    func filmRoutes(_ films: FilmRoutes.Doors) -> [Route] {
        [filmList(films), newFilm, orderFilm(films), filmSheet(films), cancelFilm(films)]
    }

    /// Of a text with every letter written out.
    private static let scriptBytesMax = 256 * 1024

    private func filmList(_ films: FilmRoutes.Doors) -> Route {
        .page(
            FilmsPage.path.text,
            access: .role(.viewer, scope: .read),
            summary: "Films, and how far they are",
            query: ["before"]
        ) { [self] (request, call) async throws(APIError) in
            let (visit, person) = (visit(request, call), try call.known())
            let before = Console.query(request)["before"].flatMap { UUIDv7($0) }
            let owner = person.role >= .operator ? nil : person.userID
            let page = FilmsPage(
                list: await shown { () async throws(APIError) in
                    try await filming { () throws(FilmError) in
                        try await films.page(owner, nil, before, FilmsPage.filmsShown)
                    }
                },
                isOlder: before != nil,
                visit: visit
            )
            return PageAnswer(page.framed(visit))
        }
    }

    private var newFilm: Route {
        .page(
            FilmPages.new.text,
            access: .role(.operator, scope: .write),
            summary: "The form to order a film"
        ) { [self] (request, call) async throws(APIError) in
            let visit = visit(request, call)
            return PageAnswer(NewFilmPage(values: NewFilmPage.Values(), visit: visit).framed(visit))
        }
    }

    private func orderFilm(_ films: FilmRoutes.Doors) -> Route {
        .form(
            FilmsPage.path.text,
            access: .role(.operator, scope: .write),
            summary: "Orders a film",
            limit: .workflowStart,
            fields: NewFilmPage.fields,
            bytesMax: Console.scriptBytesMax,
            answers: [303: "Ordered; on to its page."]
        ) { [self] (form, request, call) async throws(APIError) in
            let (values, person) = (NewFilmPage.Values(form), try call.known())
            do throws(APIError) {
                let script: FilmScript
                do throws(ScriptFaults) {
                    script = try FilmScript(reading: values.script, wordsMax: films.wordsMax())
                } catch {
                    throw APIError(error)
                }
                let added = try await filming { () throws(FilmError) in
                    try await films.add(script, person.userID, nil)
                }
                return PageAnswer.seeOther(FilmPages.path(of: added.film.id))
            } catch {
                // What was typed is not lost.
                guard FailurePages.isForBrowser(request) else { throw error }
                let visit = visit(request, call)
                let page = NewFilmPage(values: values, failure: error, visit: visit)
                return PageAnswer(page.framed(visit), status: error.code.status)
            }
        }
    }

    private func filmSheet(_ films: FilmRoutes.Doors) -> Route {
        .page(
            "/films/{id}",
            access: .role(.viewer, scope: .read),
            summary: "One film: to be watched and fetched, or how far it is"
        ) { [self] (request, call) async throws(APIError) in
            let visit = visit(request, call)
            let film = try await films.film(try call.id(), for: try call.known())
            return PageAnswer(FilmSheetPage(film: film, visit: visit).framed(visit))
        }
    }

    private func cancelFilm(_ films: FilmRoutes.Doors) -> Route {
        .form(
            "/films/{id}/cancel",
            access: .role(.viewer, scope: .write),
            summary: "Cancels a film that is not there yet",
            fields: [],
            answers: [303: "It has ended; back to its page."]
        ) { (_, _, call) async throws(APIError) in
            let film = try await films.film(try call.id(), for: try call.known())
            _ = try await filming { () throws(FilmError) in try await films.cancel(film.id) }
            return PageAnswer.seeOther(FilmPages.path(of: film.id))
        }
    }
}
