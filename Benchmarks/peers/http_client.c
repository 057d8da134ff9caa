// The peer of HTTPBench: the same requests through libcurl's multi interface, on one thread, in plain C.
//
// Usage: http_client json|sse PORT REQUESTS CONCURRENCY. Prints one line of JSON.
// Build: cc -O2 -o http_client http_client.c -lcurl
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { concurrency_max = 512 };

static const char body[] =
    "{\"model\":\"m-large\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello to the listeners of the station "
    "please.\"}],\"stream\":false,\"temperature\":0.7}";

static long bytes_received;

static size_t take(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    (void)context;
    bytes_received += (long)(size * count);
    return size * count;
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

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static CURL *prepare(const char *url, struct curl_slist *headers, double *started_at) {
    CURL *easy = curl_easy_init();
    if (easy == NULL) exit(1);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, started_at);
    return easy;
}

int main(int count, char **arguments) {
    int requests = count > 3 ? atoi(arguments[3]) : 0, concurrency = count > 4 ? atoi(arguments[4]) : 0;
    if (requests < 1 || concurrency < 1 || concurrency > concurrency_max || concurrency > requests) {
        fprintf(stderr, "usage: http_client json|sse PORT REQUESTS CONCURRENCY\n");
        return 64;
    }
    char url[128];
    snprintf(url, sizeof url, "http://127.0.0.1:%s/%s", arguments[2], arguments[1]);
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Authorization: Bearer x");
    headers = curl_slist_append(headers, "Expect:");
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 2L * concurrency);
    double *milliseconds = malloc((size_t)requests * sizeof *milliseconds);
    if (multi == NULL || milliseconds == NULL) return 1;
    double started_at[concurrency_max];
    CURL *easies[concurrency_max];
    double started = now();
    int begun = 0, done = 0, running = 0;
    for (; begun < concurrency; begun++) {
        started_at[begun] = now();
        easies[begun] = prepare(url, headers, &started_at[begun]);
        curl_multi_add_handle(multi, easies[begun]);
    }
    while (done < requests) {
        curl_multi_perform(multi, &running);
        CURLMsg *message;
        int left;
        while ((message = curl_multi_info_read(multi, &left)) != NULL) {
            if (message->msg != CURLMSG_DONE) continue;
            if (message->data.result != CURLE_OK) {
                fprintf(stderr, "http_client: %s\n", curl_easy_strerror(message->data.result));
                return 1;
            }
            CURL *easy = message->easy_handle;
            char *context;
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, &context);
            double *since = (double *)(void *)context;
            milliseconds[done++] = (now() - *since) * 1e3;
            curl_multi_remove_handle(multi, easy);
            if (begun >= requests) continue;
            *since = now();
            curl_multi_add_handle(multi, easy);
            begun++;
        }
        if (done < requests) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    double seconds = now() - started, processor_seconds = processor();
    qsort(milliseconds, (size_t)requests, sizeof *milliseconds, ascending);
    printf("{\"bench\":\"http\",\"side\":\"c\",\"kind\":\"%s\",\"requests\":%d,\"requests_per_s\":%.0f,"
           "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"cpu_us_per_request\":%.2f,\"bytes\":%ld}\n",
           arguments[1], requests, requests / seconds, milliseconds[requests / 2],
           milliseconds[(long)requests * 99 / 100], processor_seconds * 1e6 / requests, bytes_received);
    for (int i = 0; i < concurrency; i++) curl_easy_cleanup(easies[i]);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    free(milliseconds);
    return 0;
}
