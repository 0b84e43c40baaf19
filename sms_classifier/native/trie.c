/* Building tries (see trie.h), and tries of numbered strings as an object for Python. */

#include "trie.h"

#include <stdlib.h>
#include <string.h>

/* Add an empty page of first characters; false without memory. */
static bool add_page(trie *self) {
    const size_t n_bytes = TRIE_PAGE * sizeof(int32_t);
    int32_t *pages = realloc(self->pages, (size_t)(self->n_pages + 1) * n_bytes);
    if (pages == NULL) return false;
    memset(pages + self->n_pages * TRIE_PAGE, 0xFF, n_bytes); /* TRIE_NONE everywhere */
    self->pages = pages;
    self->n_pages++;
    return true;
}

/* An empty trie with room for so many nodes, at most half full; NULL without memory. */
trie *trie_reserve(int64_t most_nodes) {
    if (most_nodes < 0 || most_nodes >= INT32_MAX / 4) return NULL;
    trie *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    self->shift = 60;
    for (self->n_slots = 16; self->n_slots < 2 * (uint64_t)most_nodes; self->n_slots *= 2)
        self->shift--;
    self->keys = calloc(self->n_slots, sizeof *self->keys);
    self->values = calloc(self->n_slots, sizeof *self->values);
    self->filter = calloc(self->n_slots / 4, 1);
    if (!self->keys || !self->values || !self->filter || !add_page(self)) {
        trie_free(self);
        return NULL;
    }
    return self;
}

/* Enter a node among the first characters; false without memory. */
static bool enter_first(trie *self, uint32_t code, int64_t node) {
    int16_t *page = &self->page_of[code / TRIE_PAGE];
    if (*page == 0) {
        if (!add_page(self)) return false;
        *page = (int16_t)(self->n_pages - 1);
    }
    self->pages[(int64_t)*page * TRIE_PAGE + code % TRIE_PAGE] = (int32_t)node;
    return true;
}

/* The node one character below, made if need be; TRIE_NONE without memory.
   The caller keeps to the number of nodes that was reserved. */
int64_t trie_add(trie *self, int64_t node, uint32_t code) {
    if (code >= 0x110000) return TRIE_NONE;
    const uint64_t key = trie_key(node, code);
    const uint64_t place = trie_probe(self, key);
    if (self->keys[place]) return (int64_t)place;
    if (node == TRIE_ROOT && !enter_first(self, code, (int64_t)place)) return TRIE_NONE;
    const uint64_t bit = trie_bit(self, key);
    self->filter[bit / 8] |= (uint8_t)(1u << (bit % 8));
    self->keys[place] = key;
    if (node != TRIE_ROOT) self->keys[node] |= TRIE_INNER;
    return (int64_t)place;
}

/* Say whether a string ends at a node, and its number. */
void trie_set_final(trie *self, int64_t node, bool is_final, int64_t number) {
    const uint64_t key = self->keys[node];
    self->keys[node] = is_final ? key | TRIE_FINAL : key & ~TRIE_FINAL;
    self->values[node].number = number;
}

/* How many nodes strings need at most: what each does not share with the one before. */
static int64_t most_nodes(const uint32_t *codes, const int64_t *starts, const int64_t *ends,
                          int64_t n_strings) {
    int64_t most = 0, before = 0, n_before = 0;
    for (int64_t i = 0; i < n_strings; i++) {
        const int64_t start = starts[i], length = ends[i] - start;
        int64_t shared = 0;
        while (shared < length && shared < n_before &&
               codes[start + shared] == codes[before + shared])
            shared++;
        most += length - shared;
        before = start;
        n_before = length;
    }
    return most;
}

/* A trie of the strings codes[starts[i]:ends[i]], each with its place i as number (of equal ones
   the last); empty ones are passed over. NULL without memory. */
trie *trie_new(const uint32_t *codes, const int64_t *starts, const int64_t *ends,
               int64_t n_strings) {
    trie *self = trie_reserve(most_nodes(codes, starts, ends, n_strings));
    for (int64_t i = 0; self != NULL && i < n_strings; i++) {
        int64_t node = TRIE_ROOT;
        for (int64_t place = starts[i]; place < ends[i]; place++) {
            node = trie_add(self, node, codes[place]);
            if (node == TRIE_NONE) {
                trie_free(self);
                return NULL;
            }
        }
        if (node != TRIE_ROOT) trie_set_final(self, node, true, i);
    }
    return self;
}

void trie_free(trie *self) {
    if (self == NULL) return;
    free(self->keys);
    free(self->values);
    free(self->filter);
    free(self->pages);
    free(self);
}
