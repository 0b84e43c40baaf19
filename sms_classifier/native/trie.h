/* Trie of strings of code points, in one open-addressing hash table.

   A node is the place of its key, which is made of the parent and the character, so that one
   look-up is one step down; values lie apart, because most look-ups find nothing. The children of
   the root stand in a two-level table instead, because every walk begins there. Built once, then
   only read: threads may share it. */

#ifndef SMS_CLASSIFIER_TRIE_H
#define SMS_CLASSIFIER_TRIE_H

#include <stdbool.h>
#include <stdint.h>

#define TRIE_NONE (-1)          /* no such node */
#define TRIE_ROOT (-1)          /* parent of the first characters */
#define TRIE_INNER (1ULL << 63) /* flag in a key: the node has children */
#define TRIE_FINAL (1ULL << 62) /* flag in a key: a string ends at the node */
#define TRIE_PAGE 256
#define TRIE_PAGES (0x110000 / TRIE_PAGE)

typedef union {
    int64_t number;
    double weight;
} trie_value;

typedef struct {
    uint64_t *keys;     /* 0: free */
    trie_value *values; /* of final nodes */
    uint64_t n_slots;   /* of both; a power of two */
    int shift;          /* of a hash to a slot */
    uint8_t *filter;    /* two bits a slot, set for the hashes of keys (Bloom 1970) */
    int32_t *pages; /* nodes of first characters; page 0 holds none */
    int64_t n_pages;
    int16_t page_of[TRIE_PAGES];
} trie;

trie *trie_reserve(int64_t most_nodes);
int64_t trie_add(trie *self, int64_t node, uint32_t code);
void trie_set_final(trie *self, int64_t node, bool is_final, int64_t number);
void trie_free(trie *self);

static inline uint64_t trie_key(int64_t parent, uint32_t code) {
    return ((uint64_t)(parent + 2) << 21) | (code & 0x1FFFFF);
}

static inline uint64_t trie_hash(uint64_t key) { return key * 0x9E3779B97F4A7C15ULL; }

/* Bit of the filter that stands for a key. */
static inline uint64_t trie_bit(const trie *self, uint64_t key) {
    return trie_hash(key) >> (self->shift - 1);
}

/* Slot of a key, or the free slot where it belongs. */
static inline uint64_t trie_probe(const trie *self, uint64_t key) {
    const uint64_t mask = self->n_slots - 1;
    uint64_t place = trie_hash(key) >> self->shift;
    for (;; place = (place + 1) & mask) {
        const uint64_t held = self->keys[place];
        if (held == 0 || (held & ~(TRIE_INNER | TRIE_FINAL)) == key) return place;
    }
}

/* Node of a first character. */
static inline int64_t trie_first(const trie *self, uint32_t code) {
    if (code >= 0x110000) return TRIE_NONE;
    return self->pages[(int64_t)self->page_of[code / TRIE_PAGE] * TRIE_PAGE + code % TRIE_PAGE];
}

/* Node one character below a node that is not the root. Most that are missing are found so by
   the filter, which is small enough to stay in the cache. */
static inline int64_t trie_child(const trie *self, int64_t node, uint32_t code) {
    const uint64_t key = trie_key(node, code), bit = trie_bit(self, key);
    if (!(self->filter[bit / 8] >> (bit % 8) & 1)) return TRIE_NONE;
    const uint64_t place = trie_probe(self, key);
    return self->keys[place] ? (int64_t)place : TRIE_NONE;
}

#endif
