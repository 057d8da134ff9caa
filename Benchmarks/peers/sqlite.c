// The event log's inserts in plain C with the same SQLite: same schema and indexes, synchronous=FULL, one thread.
//
// Usage: sqlite FILE EVENTS EVENTS_PER_COMMIT. The file must not exist. Prints one line of JSON.
// Build: cc -O2 -o sqlite sqlite.c -lsqlite3
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static const char *schema =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-4096;"
    "CREATE TABLE event_log (log_offset INTEGER PRIMARY KEY, id BLOB NOT NULL, time INTEGER NOT NULL,"
    " epoch BLOB NOT NULL, seq INTEGER NOT NULL, topic TEXT NOT NULL, subject TEXT, source TEXT NOT NULL, origin TEXT,"
    " version INTEGER NOT NULL, cause BLOB, correlation BLOB, payload TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX event_log_id ON event_log (id);"
    "CREATE INDEX event_log_time ON event_log (time);"
    "CREATE INDEX event_log_correlation ON event_log (correlation) WHERE correlation IS NOT NULL;"
    "CREATE TABLE log_position (singleton INTEGER PRIMARY KEY, head INTEGER NOT NULL) STRICT;"
    "INSERT INTO log_position VALUES (1, 0);";

static void must(int code, int wanted, sqlite3 *db) {
    if (code == wanted) return;
    fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double processor(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void make_id(unsigned char id[16], uint64_t number) {
    for (int byte = 0; byte < 8; byte++) id[byte] = (unsigned char)(number >> (56 - 8 * byte));
    for (int byte = 8; byte < 16; byte++) id[byte] = (unsigned char)rand();
}

int main(int count, char **arguments) {
    if (count < 4) {
        fprintf(stderr, "usage: sqlite FILE EVENTS EVENTS_PER_COMMIT\n");
        return 64;
    }
    long events = atol(arguments[2]), per_commit = atol(arguments[3]);
    if (events < 1 || per_commit < 1) return 64;
    sqlite3 *db = NULL;
    must(sqlite3_open(arguments[1], &db), SQLITE_OK, db);
    must(sqlite3_exec(db, schema, NULL, NULL, NULL), SQLITE_OK, db);
    sqlite3_stmt *insert = NULL, *position = NULL;
    must(sqlite3_prepare_v2(db, "INSERT INTO event_log VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)", -1, &insert, NULL),
         SQLITE_OK, db);
    must(sqlite3_prepare_v2(db, "UPDATE log_position SET head = ?1", -1, &position, NULL), SQLITE_OK, db);
    char payload[203];
    memset(payload, 'x', sizeof payload);
    unsigned char epoch[16] = {1}, id[16];
    double start = now(), start_processor = processor();
    for (long offset = 1; offset <= events; offset++) {
        if ((offset - 1) % per_commit == 0) must(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK, db);
        make_id(id, (uint64_t)offset);
        sqlite3_bind_int64(insert, 1, offset);
        sqlite3_bind_blob(insert, 2, id, 16, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 3, 1790000000000000000 + offset);
        sqlite3_bind_blob(insert, 4, epoch, 16, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 5, offset);
        sqlite3_bind_text(insert, 6, "bench.vote.cast", -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 8, "bench", -1, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 10, 1);
        sqlite3_bind_text(insert, 13, payload, sizeof payload, SQLITE_STATIC);
        must(sqlite3_step(insert), SQLITE_DONE, db);
        sqlite3_reset(insert);
        if (offset % per_commit == 0 || offset == events) {
            sqlite3_bind_int64(position, 1, offset);
            must(sqlite3_step(position), SQLITE_DONE, db);
            sqlite3_reset(position);
            must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK, db);
        }
    }
    double seconds = now() - start, processor_seconds = processor() - start_processor;
    printf("{\"bench\":\"log_peer_c\",\"events_per_commit\":%ld,\"appends_per_s\":%.0f,\"appends_per_cpu_s\":%.0f}\n",
           per_commit, (double)events / seconds, (double)events / processor_seconds);
    sqlite3_finalize(insert);
    sqlite3_finalize(position);
    sqlite3_close(db);
    return 0;
}
