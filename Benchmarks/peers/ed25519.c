/* How fast libsodium checks signatures by itself: the same texts as TallyBench's, one after the other. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TEXT_BYTES = 400 };

int main(int count, char **words) {
    if (count != 2 || sodium_init() < 0) {
        fprintf(stderr, "usage: ed25519 SIGNATURES\n");
        return 64;
    }
    long signatures = atol(words[1]);
    unsigned char seed[crypto_sign_SEEDBYTES], key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
    memset(seed, 7, sizeof seed);
    crypto_sign_seed_keypair(key, secret, seed);
    unsigned char *texts = malloc(signatures * TEXT_BYTES), *signed_by = malloc(signatures * crypto_sign_BYTES);
    if (!texts || !signed_by) return 71;
    for (long number = 0; number < signatures; number++) {
        for (int place = 0; place < TEXT_BYTES; place++) {
            texts[number * TEXT_BYTES + place] = (unsigned char)(place * 31 + number * 7);
        }
        crypto_sign_detached(signed_by + number * crypto_sign_BYTES, NULL, texts + number * TEXT_BYTES, TEXT_BYTES,
                             secret);
    }
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (long number = 0; number < signatures; number++) {
        if (crypto_sign_verify_detached(signed_by + number * crypto_sign_BYTES, texts + number * TEXT_BYTES,
                                        TEXT_BYTES, key)) {
            return 70;
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (end.tv_sec - begin.tv_sec) + (end.tv_nsec - begin.tv_nsec) / 1e9;
    printf("{\"peer\":\"libsodium\",\"verify_per_s\":%f}\n", signatures / seconds);
    return 0;
}
