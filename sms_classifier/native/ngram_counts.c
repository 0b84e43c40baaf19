/* In how many texts each n-gram stands, of up to two numbered words or up to three characters.
 *
 * N-grams are 64-bit keys in an open-addressing table that grows. An entry remembers the last text
 * that showed it, so that a text counts once.
 */

#include <stdint.h>
#include <stdlib.h>

#if defined(__GNUC__)
#define FETCH_AHEAD(address) __builtin_prefetch(address)
#else
#define FETCH_AHEAD(address) ((void)0)
#endif

#define CHAR_BITS 21
#define WORD_BITS 32
#define FIRST_BITS 12
#define AHEAD 8 /* keys between having a slot fetched and counting it */

typedef struct {
    uint64_t key; /* 0: free */
    uint32_t count;
    uint32_t last; /* number of the text, from 1 */
} entry;

typedef struct {
    entry *entries;
    uint64_t mask;
    int shift;
    uint64_t n_entries;
    uint64_t *keys; /* of one text */
    size_t most_keys;
    uint32_t n_texts;
} ngram_counts;

void ngram_counts_free(ngram_counts *self)
{
    if (self == NULL)
        return;
    free(self->entries);
    free(self->keys);
    free(self);
}

static int set_size(ngram_counts *self, int bits)
{
    self->mask = (UINT64_C(1) << bits) - 1;
    self->shift = 64 - bits;
    self->entries = calloc((size_t)self->mask + 1, sizeof *self->entries);
    return self->entries != NULL;
}

ngram_counts *ngram_counts_new(void)
{
    ngram_counts *self = calloc(1, sizeof *self);
    if (self != NULL && !set_size(self, FIRST_BITS)) {
        ngram_counts_free(self);
        return NULL;
    }
    return self;
}

static inline uint64_t slot_of(const ngram_counts *self, uint64_t key)
{
    return (key * UINT64_C(0x9E3779B97F4A7C15)) >> self->shift;
}

/* The key's entry, or the free one where it belongs. */
static inline entry *find(const ngram_counts *self, uint64_t key)
{
    uint64_t at = slot_of(self, key);
    while (self->entries[at].key != key && self->entries[at].key != 0)
        at = (at + 1) & self->mask;
    return &self->entries[at];
}

/* Double the table until `n` more keys fill it by half at most. */
static int ensure_entries(ngram_counts *self, uint64_t n)
{
    while (2 * (self->n_entries + n) > self->mask) {
        entry *old = self->entries;
        uint64_t old_mask = self->mask;
        int old_shift = self->shift;
        if (!set_size(self, 65 - self->shift)) {
            self->entries = old, self->mask = old_mask, self->shift = old_shift;
            return 0;
        }
        for (uint64_t k = 0; k <= old_mask; k++)
            if (old[k].key != 0)
                *find(self, old[k].key) = old[k];
        free(old);
    }
    return 1;
}

static int ensure_keys(ngram_counts *self, size_t n)
{
    if (n <= self->most_keys)
        return 1;
    free(self->keys);
    self->keys = malloc(n * sizeof *self->keys);
    self->most_keys = self->keys == NULL ? 0 : n;
    return self->keys != NULL;
}

/* Begin a text of at most `n` n-grams; 0 without memory. */
static int begin_text(ngram_counts *self, size_t n)
{
    if (self->n_texts == UINT32_MAX || !ensure_keys(self, n) || !ensure_entries(self, n))
        return 0;
    self->n_texts++;
    return 1;
}

static void count_keys(ngram_counts *self, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        if (k + AHEAD < n)
            FETCH_AHEAD(&self->entries[slot_of(self, self->keys[k + AHEAD])]);
        entry *found = find(self, self->keys[k]);
        self->n_entries += found->key == 0;
        found->key = self->keys[k];
        found->count += found->last != self->n_texts;
        found->last = self->n_texts;
    }
}

/* Count the n-grams of characters of some texts; a character's key is its code plus one. */
int ngram_counts_add_chars(ngram_counts *self, const uint32_t *codes, const int64_t *starts,
                           const int64_t *ends, int64_t n_texts)
{
    for (int64_t i = 0; i < n_texts; i++) {
        size_t n = 0;
        if (!begin_text(self, (size_t)(3 * (ends[i] - starts[i]))))
            return 0;
        for (int64_t k = starts[i]; k < ends[i]; k++) {
            uint64_t key = self->keys[n++] = (uint64_t)codes[k] + 1;
            for (int64_t j = k + 1; j < ends[i] && j < k + 3; j++)
                self->keys[n++] = key = (key << CHAR_BITS) | (codes[j] + 1);
        }
        count_keys(self, n);
    }
    return 1;
}

/* Count the words, numbered from 0 on, and the pairs of neighbours; below 0 is no word. */
int ngram_counts_add_words(ngram_counts *self, const int64_t *numbers, const int64_t *starts,
                           const int64_t *ends, int64_t n_texts)
{
    for (int64_t i = 0; i < n_texts; i++) {
        size_t n = 0;
        uint64_t before = 0;
        if (!begin_text(self, (size_t)(2 * (ends[i] - starts[i]))))
            return 0;
        for (int64_t k = starts[i]; k < ends[i]; k++) {
            if (numbers[k] < 0)
                continue;
            uint64_t word = (uint64_t)numbers[k] + 1;
            self->keys[n++] = word;
            if (before != 0)
                self->keys[n++] = (before << WORD_BITS) | word;
            before = word;
        }
        count_keys(self, n);
    }
    return 1;
}

/* N-grams in at least `least` texts, while there is room; how many there are. */
int64_t ngram_counts_frequent(const ngram_counts *self, int64_t least, int64_t capacity,
                              uint64_t *keys, int64_t *counts)
{
    int64_t n = 0;
    for (uint64_t k = 0; k <= self->mask; k++) {
        if (self->entries[k].key == 0 || (int64_t)self->entries[k].count < least)
            continue;
        if (n < capacity) {
            keys[n] = self->entries[k].key;
            counts[n] = (int64_t)self->entries[k].count;
        }
        n++;
    }
    return n;
}
