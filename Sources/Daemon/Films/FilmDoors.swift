import API
import Films

extension FilmStation {
    /// Films, over HTTP.
    var doors: FilmRoutes.Doors {
        FilmRoutes.Doors(
            add: { script, owner, key async throws(FilmError) in try await add(script, owner: owner, key: key) },
            look: { id async throws(FilmError) in try await records.film(id) },
            page: { owner, state, before, limit async throws(FilmError) in
                try await records.page(of: owner, in: state, before: before, limit: limit)
            },
            cancel: { id async throws(FilmError) in try await cancel(id) },
            file: { name, film async throws(StudioFailure) in try await shelf.file(name, of: film) },
            wordsMax: { settings.wordsMax }
        )
    }
}
