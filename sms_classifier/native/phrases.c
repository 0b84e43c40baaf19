/* Places of many strings in many texts: from each place of a text, down a trie of the strings.

   That takes as many steps as the longest string has characters, at worst, and few in practice;
   unlike an automaton with failure links (Aho and Corasick 1975) it finds places in order. */

#include "trie.h"

typedef struct {
    int64_t capacity; /* of each array */
    int64_t *phrase, *start, *end;
} hit_table;

/* Note a hit where there is room; count it in any case. */
static inline int64_t note(const hit_table *hits, int64_t n, int64_t phrase, int64_t start,
                           int64_t end) {
    if (n < hits->capacity) {
        hits->phrase[n] = phrase;
        hits->start[n] = start;
        hits->end[n] = end;
    }
    return n + 1;
}

/* All hits that begin at a place, the shortest first; returns how many there are by now. */
static inline int64_t find_all(const trie *strings, const uint32_t *codes, int64_t start,
                               int64_t stop, const hit_table *hits, int64_t n) {
    int64_t node = trie_first(strings, codes[start]);
    for (int64_t end = start + 1; node != TRIE_NONE; end++) {
        const uint64_t key = strings->keys[node];
        if (key & TRIE_FINAL) n = note(hits, n, strings->values[node].number, start, end);
        if (end == stop || !(key & TRIE_INNER)) break;
        node = trie_child(strings, node, codes[end]);
    }
    return n;
}

/* Where the longest string that begins at a place ends, and which; -1: none does. */
static int64_t find_longest(const trie *strings, const uint32_t *codes, int64_t start,
                            int64_t stop, int64_t *number) {
    int64_t longest = -1, node = trie_first(strings, codes[start]);
    for (int64_t end = start + 1; node != TRIE_NONE; end++) {
        const uint64_t key = strings->keys[node];
        if (key & TRIE_FINAL) {
            longest = end;
            *number = strings->values[node].number;
        }
        if (end == stop || !(key & TRIE_INNER)) break;
        node = trie_child(strings, node, codes[end]);
    }
    return longest;
}

/* Find strings in each text codes[starts[i]:ends[i]]: all, sorted by start, then end; or, with
   is_longest, those that do not overlap, the leftmost first and of these the longest. Returns how
   many there are; only the first `capacity` are written. */
int64_t phrases_find(const trie *strings, const uint32_t *codes, const int64_t *starts,
                     const int64_t *ends, int64_t n_texts, int64_t is_longest, int64_t capacity,
                     int64_t *phrase, int64_t *start, int64_t *end) {
    const hit_table hits = {capacity, phrase, start, end};
    int64_t n = 0, number = 0;
    for (int64_t i = 0; i < n_texts; i++) {
        for (int64_t place = starts[i]; place < ends[i]; place++) {
            if (!is_longest) {
                n = find_all(strings, codes, place, ends[i], &hits, n);
                continue;
            }
            const int64_t stop = find_longest(strings, codes, place, ends[i], &number);
            if (stop < 0) continue;
            n = note(&hits, n, number, place, stop);
            place = stop - 1;
        }
    }
    return n;
}
