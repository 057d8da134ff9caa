#pragma once

#include <stddef.h>
#include <stdint.h>

// The few calls of ONNX Runtime's C interface that a text classifier needs. The library is looked for at run time, so
// that the program starts without it. Whatever fails says why in `error`, cut to `error_size` bytes.

typedef struct conn_library conn_library;
typedef struct conn_session conn_session;

// Loads the library; it stays for the life of the process. NULL when it is not there, or too old.
conn_library *conn_open(const char *path, char *error, size_t error_size);
const char *conn_version(const conn_library *library);

// Reads a model that takes input_ids, and attention_mask and token_type_ids where it wants them.
conn_session *conn_load(conn_library *library, const char *model, int threads, char *error, size_t error_size);
void conn_unload(conn_session *session);

// Asks the model about one text, given as numbers of its pieces. 0, or -1 when there is no answer of that many scores.
// Several threads may ask at once.
int conn_run(const conn_session *session, const int64_t *ids, size_t count, float *scores, size_t score_count,
             char *error, size_t error_size);
