#include "conn.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The interface is a table of functions to which later versions only append; the numbers are places in it.
enum {
    GET_ERROR_MESSAGE = 2,
    CREATE_ENV = 3,
    CREATE_SESSION = 7,
    RUN = 9,
    CREATE_SESSION_OPTIONS = 10,
    DISABLE_CPU_MEM_ARENA = 19,
    SET_INTRA_OP_NUM_THREADS = 24,
    SET_INTER_OP_NUM_THREADS = 25,
    SESSION_GET_INPUT_COUNT = 30,
    SESSION_GET_OUTPUT_COUNT = 31,
    SESSION_GET_INPUT_NAME = 36,
    SESSION_GET_OUTPUT_NAME = 37,
    CREATE_TENSOR_WITH_DATA = 49,
    GET_TENSOR_MUTABLE_DATA = 51,
    GET_TENSOR_ELEMENT_TYPE = 60,
    GET_TENSOR_SHAPE_ELEMENT_COUNT = 64,
    GET_TENSOR_TYPE_AND_SHAPE = 65,
    CREATE_CPU_MEMORY_INFO = 69,
    ALLOCATOR_FREE = 76,
    GET_ALLOCATOR = 78,
    RELEASE_STATUS = 93,
    RELEASE_MEMORY_INFO = 94,
    RELEASE_SESSION = 95,
    RELEASE_VALUE = 96,
    RELEASE_TENSOR_INFO = 99,
    RELEASE_SESSION_OPTIONS = 100,
};

// The oldest version of the interface that has all of the above.
enum { INTERFACE_VERSION = 10 };
enum { LOG_FATAL = 4, ELEMENT_FLOAT = 1, ELEMENT_INT64 = 7, DEVICE_ALLOCATOR = 0, MEMORY_DEFAULT = 0 };
enum { INPUTS_MAX = 3 };

typedef void *status;
typedef void (*function)(void);

struct base {
    const function *(*get_table)(uint32_t version);
    const char *(*get_version)(void);
};

struct conn_library {
    const function *table;
    const struct base *base;
    void *environment;
    void *memory;
};

enum input { INPUT_IDS, ATTENTION_MASK, TOKEN_TYPE_IDS };
static const char *const input_names[INPUTS_MAX] = {"input_ids", "attention_mask", "token_type_ids"};

struct conn_session {
    const conn_library *library;
    void *session;
    enum input inputs[INPUTS_MAX];
    size_t input_count;
    char *output;
};

#define CALL(library, place, type) ((type)(library)->table[place])

typedef status (*one_pointer)(void *);
typedef status (*two_pointers)(const void *, void *);
typedef void (*release)(void *);

static void say(char *error, size_t size, const char *text) { snprintf(error, size, "%s", text); }

// Whether it went well; says what was wrong otherwise.
static int is_good(const conn_library *library, status state, char *error, size_t size) {
    if (state == NULL) return 1;
    say(error, size, CALL(library, GET_ERROR_MESSAGE, const char *(*)(const void *))(state));
    CALL(library, RELEASE_STATUS, release)(state);
    return 0;
}

conn_library *conn_open(const char *path, char *error, size_t size) {
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        const char *reason = dlerror();
        say(error, size, reason == NULL ? "it cannot be loaded" : reason);
        return NULL;
    }
    const struct base *(*get_base)(void) = (const struct base *(*)(void))dlsym(handle, "OrtGetApiBase");
    if (get_base == NULL) {
        say(error, size, "it is no ONNX Runtime");
        dlclose(handle);
        return NULL;
    }
    conn_library *library = calloc(1, sizeof *library);
    if (library == NULL) {
        say(error, size, "no memory");
        return NULL;
    }
    library->base = get_base();
    library->table = library->base->get_table(INTERFACE_VERSION);
    if (library->table == NULL) {
        snprintf(error, size, "version %s is older than 1.%d", library->base->get_version(), INTERFACE_VERSION);
        free(library);
        return NULL;
    }
    if (!is_good(library,
                 CALL(library, CREATE_ENV, status(*)(int, const char *, void **))(LOG_FATAL, "cryptocall",
                                                                                  &library->environment),
                 error, size) ||
        !is_good(library,
                 CALL(library, CREATE_CPU_MEMORY_INFO, status(*)(int, int, void **))(DEVICE_ALLOCATOR, MEMORY_DEFAULT,
                                                                                     &library->memory),
                 error, size)) {
        free(library);
        return NULL;
    }
    return library;
}

const char *conn_version(const conn_library *library) { return library->base->get_version(); }

// A name that the session gives, to be freed with `free`.
static char *name_of(const conn_session *session, int place, size_t index, char *error, size_t size) {
    const conn_library *library = session->library;
    void *allocator = NULL;
    char *name = NULL;
    if (!is_good(library, CALL(library, GET_ALLOCATOR, one_pointer)(&allocator), error, size)) return NULL;
    status state =
        CALL(library, place, status(*)(const void *, size_t, void *, char **))(session->session, index, allocator, &name);
    if (!is_good(library, state, error, size)) return NULL;
    char *copy = strdup(name);
    if (copy == NULL) say(error, size, "no memory");
    state = CALL(library, ALLOCATOR_FREE, status(*)(void *, void *))(allocator, name);
    if (state != NULL) CALL(library, RELEASE_STATUS, release)(state);
    return copy;
}

// Which of the inputs that we can give the model wants.
static int read_inputs(conn_session *session, char *error, size_t size) {
    size_t count = 0;
    status state = CALL(session->library, SESSION_GET_INPUT_COUNT, two_pointers)(session->session, &count);
    if (!is_good(session->library, state, error, size)) return 0;
    if (count == 0 || count > INPUTS_MAX) {
        snprintf(error, size, "the model has %zu inputs; one with input_ids, attention_mask, token_type_ids is needed",
                 count);
        return 0;
    }
    for (size_t index = 0; index < count; index++) {
        char *name = name_of(session, SESSION_GET_INPUT_NAME, index, error, size);
        if (name == NULL) return 0;
        size_t kind = 0;
        while (kind < INPUTS_MAX && strcmp(name, input_names[kind]) != 0) kind++;
        if (kind == INPUTS_MAX) snprintf(error, size, "the model wants %.100s, which is not known here", name);
        free(name);
        if (kind == INPUTS_MAX) return 0;
        session->inputs[session->input_count++] = (enum input)kind;
    }
    return 1;
}

conn_session *conn_load(conn_library *library, const char *model, int threads, char *error, size_t size) {
    conn_session *session = calloc(1, sizeof *session);
    void *options = NULL;
    if (session == NULL) {
        say(error, size, "no memory");
        return NULL;
    }
    session->library = library;
    typedef status (*set_number)(void *, int);
    int good = is_good(library, CALL(library, CREATE_SESSION_OPTIONS, one_pointer)(&options), error, size) &&
               is_good(library, CALL(library, SET_INTRA_OP_NUM_THREADS, set_number)(options, threads), error, size) &&
               is_good(library, CALL(library, SET_INTER_OP_NUM_THREADS, set_number)(options, 1), error, size) &&
               // Texts come seldom: memory that is kept for the next is memory that others lack.
               is_good(library, CALL(library, DISABLE_CPU_MEM_ARENA, one_pointer)(options), error, size) &&
               is_good(library,
                       CALL(library, CREATE_SESSION, status(*)(const void *, const char *, const void *, void **))(
                           library->environment, model, options, &session->session),
                       error, size);
    if (options != NULL) CALL(library, RELEASE_SESSION_OPTIONS, release)(options);
    size_t outputs = 0;
    good = good && read_inputs(session, error, size) &&
           is_good(library, CALL(library, SESSION_GET_OUTPUT_COUNT, two_pointers)(session->session, &outputs), error,
                   size);
    if (good && outputs == 0) {
        say(error, size, "the model has no output");
        good = 0;
    }
    if (good) session->output = name_of(session, SESSION_GET_OUTPUT_NAME, 0, error, size);
    if (session->output == NULL) {
        conn_unload(session);
        return NULL;
    }
    return session;
}

void conn_unload(conn_session *session) {
    if (session->session != NULL) CALL(session->library, RELEASE_SESSION, release)(session->session);
    free(session->output);
    free(session);
}

// Copies the scores out of the answer, if they are what they should be.
static int take_scores(const conn_library *library, void *answer, float *scores, size_t expected, char *error,
                       size_t size) {
    void *shape = NULL;
    int type = 0;
    size_t count = 0;
    float *data = NULL;
    int good = is_good(library, CALL(library, GET_TENSOR_TYPE_AND_SHAPE, two_pointers)(answer, &shape), error, size) &&
               is_good(library, CALL(library, GET_TENSOR_ELEMENT_TYPE, two_pointers)(shape, &type), error, size) &&
               is_good(library, CALL(library, GET_TENSOR_SHAPE_ELEMENT_COUNT, two_pointers)(shape, &count), error, size);
    if (shape != NULL) CALL(library, RELEASE_TENSOR_INFO, release)(shape);
    if (!good) return 0;
    if (type != ELEMENT_FLOAT || count != expected) {
        snprintf(error, size, "the model answers with %zu values of type %d; %zu floats are needed, one for each label",
                 count, type, expected);
        return 0;
    }
    if (!is_good(library, CALL(library, GET_TENSOR_MUTABLE_DATA, two_pointers)(answer, &data), error, size)) return 0;
    memcpy(scores, data, count * sizeof *scores);
    return 1;
}

int conn_run(const conn_session *session, const int64_t *ids, size_t count, float *scores, size_t score_count,
             char *error, size_t size) {
    const conn_library *library = session->library;
    // What stands for a mask of ones, and for kinds of zeros.
    int64_t *rest = calloc(2 * count, sizeof *rest);
    if (rest == NULL) {
        say(error, size, "no memory");
        return -1;
    }
    for (size_t index = 0; index < count; index++) rest[index] = 1;
    const int64_t *data[INPUTS_MAX] = {ids, rest, rest + count};
    const int64_t shape[2] = {1, (int64_t)count};
    const char *names[INPUTS_MAX];
    void *values[INPUTS_MAX] = {NULL};
    void *answer = NULL;
    int good = 1;
    for (size_t index = 0; good && index < session->input_count; index++) {
        enum input kind = session->inputs[index];
        names[index] = input_names[kind];
        good = is_good(library,
                       CALL(library, CREATE_TENSOR_WITH_DATA,
                            status(*)(const void *, const void *, size_t, const int64_t *, size_t, int, void **))(
                           library->memory, data[kind], count * sizeof **data, shape, 2, ELEMENT_INT64, &values[index]),
                       error, size);
    }
    const char *output = session->output;
    good = good &&
           is_good(library,
                   CALL(library, RUN,
                        status(*)(void *, const void *, const char *const *, void *const *, size_t, const char *const *,
                                  size_t, void **))(session->session, NULL, names, values, session->input_count, &output,
                                                    1, &answer),
                   error, size) &&
           take_scores(library, answer, scores, score_count, error, size);
    if (answer != NULL) CALL(library, RELEASE_VALUE, release)(answer);
    for (size_t index = 0; index < session->input_count; index++)
        if (values[index] != NULL) CALL(library, RELEASE_VALUE, release)(values[index]);
    free(rest);
    return good ? 0 : -1;
}
