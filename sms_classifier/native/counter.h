/* Counts small integers (columns, numbers of words) of one text after the other.
 *
 * An open-addressing table that is emptied for each text and sized by it, so that it stays in the
 * processor's first cache; what was counted is listed in the order of first sight.
 */

#ifndef COUNTER_H
#define COUNTER_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint32_t value; /* one more than what is counted; 0: free */
    uint32_t count;
} count_cell;

typedef struct {
    count_cell *cells;
    uint32_t *seen; /* cells in use, in the order of first sight */
    size_t n_seen;
    size_t mask;
    int shift;
} counter;

/* Bits of a table that `most` values fill by half at most. */
static inline int counter_bits(size_t most)
{
    int bits = 4;
    while (((size_t)1 << bits) < 2 * most)
        bits++;
    return bits;
}

/* Make a counter for texts of `most` values; 0 without memory. */
static inline int counter_open(counter *self, size_t most)
{
    size_t size = (size_t)1 << counter_bits(most);
    self->cells = malloc(size * sizeof *self->cells);
    self->seen = malloc((most + 1) * sizeof *self->seen);
    return self->cells != NULL && self->seen != NULL;
}

static inline void counter_close(counter *self)
{
    free(self->cells);
    free(self->seen);
}

/* Empty the counter for a text of `most` values. */
static inline void counter_begin(counter *self, size_t most)
{
    int bits = counter_bits(most);
    self->mask = ((size_t)1 << bits) - 1;
    self->shift = 32 - bits;
    self->n_seen = 0;
    memset(self->cells, 0, (self->mask + 1) * sizeof *self->cells);
}

/* Count a value; whether it is the first of its kind. */
static inline int counter_add(counter *self, uint32_t value)
{
    size_t cell = self->shift > 0 ? (value * UINT32_C(0x9E3779B9)) >> self->shift : value;
    for (cell &= self->mask; self->cells[cell].value != 0; cell = (cell + 1) & self->mask) {
        if (self->cells[cell].value == value + 1) {
            self->cells[cell].count++;
            return 0;
        }
    }
    self->cells[cell] = (count_cell){value + 1, 1};
    self->seen[self->n_seen++] = (uint32_t)cell;
    return 1;
}

#endif
