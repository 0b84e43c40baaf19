/* TF-IDF of n-grams: rows of a sparse matrix, or their products with a dense one.
 *
 * N-grams of up to two numbered words and of up to three characters are 64-bit keys, looked up in
 * open-addressing tables. The columns of a text are counted, weighed by (1 + log count) * idf, and
 * each of the two blocks, words and characters, is scaled to length 1.
 */

#include <math.h>

#include "counter.h"
#include "row_sum.h"

#define CHAR_BITS 21
#define WORD_BITS 32

typedef struct {
    uint64_t key; /* 0: free */
    uint32_t column;
} slot;

typedef struct {
    slot *slots;
    uint64_t mask;
    int shift;
} key_table;

typedef struct {
    key_table words, chars;
    double *idf;
    uint32_t n_words; /* columns from here on are of characters */
    int64_t n_single; /* numbers from here on are of words to be passed over */
} ngram_index;

typedef struct {
    const uint32_t *codes; /* of all texts */
    const int64_t *starts, *ends;
    const int64_t *numbers, *bounds; /* of the words */
    int64_t n_texts;
    const double *logs; /* of every count there can be */
} ngram_texts;

typedef struct {
    counter columns;
    uint64_t *keys;
    uint32_t *places;
    double *weights;
    float *factors;
    float *sums;
} workspace;

typedef struct { /* a dense matrix whose rows will be wanted, if any */
    const float *rows;
    int64_t n_columns;
} matrix;

static uint64_t hash_of(const key_table *table, uint64_t key)
{
    return (key * UINT64_C(0x9E3779B97F4A7C15)) >> table->shift;
}

/* Insert the keys in order; of equal keys the first is the one that is found. */
static int table_open(key_table *table, const uint64_t *keys, int64_t n, uint32_t first_column)
{
    int bits = 4;
    while (((int64_t)1 << bits) < 2 * n)
        bits++;
    table->mask = (UINT64_C(1) << bits) - 1;
    table->shift = 64 - bits;
    table->slots = calloc((size_t)table->mask + 1, sizeof *table->slots);
    if (table->slots == NULL)
        return 0;
    for (int64_t i = 0; i < n; i++) {
        uint64_t at = hash_of(table, keys[i]);
        if (keys[i] == 0)
            continue;
        while (table->slots[at].key != 0)
            at = (at + 1) & table->mask;
        table->slots[at] = (slot){keys[i], first_column + (uint32_t)i};
    }
    return 1;
}

void ngrams_free(ngram_index *self)
{
    if (self == NULL)
        return;
    free(self->words.slots);
    free(self->chars.slots);
    free(self->idf);
    free(self);
}

ngram_index *ngrams_new(const uint64_t *word_keys, int64_t n_words, const uint64_t *char_keys,
                        int64_t n_chars, const double *idf, int64_t n_single)
{
    ngram_index *self = calloc(1, sizeof *self);
    size_t width = (size_t)(n_words + n_chars);
    if (self == NULL)
        return NULL;
    self->n_words = (uint32_t)n_words;
    self->n_single = n_single;
    self->idf = malloc((width + 1) * sizeof *idf);
    if (self->idf == NULL || !table_open(&self->words, word_keys, n_words, 0) ||
        !table_open(&self->chars, char_keys, n_chars, self->n_words)) {
        ngrams_free(self);
        return NULL;
    }
    memcpy(self->idf, idf, width * sizeof *idf);
    return self;
}

/* Note a key to be looked up, and have its slot fetched meanwhile. */
static inline size_t note_key(const key_table *table, uint64_t key, uint64_t *keys, size_t n)
{
    FETCH_AHEAD(&table->slots[hash_of(table, key)]);
    keys[n] = key;
    return n + 1;
}

static size_t note_words(const ngram_index *self, const int64_t *numbers, int64_t n,
                         uint64_t *keys)
{
    uint64_t before = 0; /* of a word that the vocabulary lacks, or of none */
    size_t n_keys = 0;
    for (int64_t i = 0; i < n; i++) {
        if (numbers[i] >= self->n_single)
            continue;
        uint64_t id = numbers[i] < 0 ? 0 : (uint64_t)numbers[i] + 1;
        if (id != 0)
            n_keys = note_key(&self->words, id, keys, n_keys);
        if (id != 0 && before != 0)
            n_keys = note_key(&self->words, (before << WORD_BITS) | id, keys, n_keys);
        before = id;
    }
    return n_keys;
}

static size_t note_chars(const ngram_index *self, const uint32_t *codes, int64_t n,
                         uint64_t *keys)
{
    size_t n_keys = 0;
    for (int64_t i = 0; i < n; i++) {
        uint64_t key = codes[i];
        n_keys = note_key(&self->chars, key, keys, n_keys);
        for (int64_t j = i + 1; j < n && j < i + 3; j++) {
            key = (key << CHAR_BITS) | codes[j];
            n_keys = note_key(&self->chars, key, keys, n_keys);
        }
    }
    return n_keys;
}

static void count_keys(const key_table *table, const uint64_t *keys, size_t n, counter *columns,
                       matrix ahead)
{
    for (size_t k = 0; k < n; k++) {
        uint64_t at = hash_of(table, keys[k]);
        while (table->slots[at].key != keys[k] && table->slots[at].key != 0)
            at = (at + 1) & table->mask;
        if (table->slots[at].key == 0)
            continue;
        uint32_t column = table->slots[at].column;
        if (counter_add(columns, column) && ahead.rows != NULL)
            fetch_row(ahead.rows + (int64_t)column * ahead.n_columns, ahead.n_columns);
    }
}

/* N-grams of a text, known or not. */
static size_t most_ngrams(const ngram_texts *texts, int64_t i)
{
    int64_t n_words = texts->bounds[i + 1] - texts->bounds[i];
    return (size_t)(3 * (texts->ends[i] - texts->starts[i]) + 2 * n_words);
}

static void count_text(const ngram_index *self, const ngram_texts *texts, int64_t i,
                       workspace *space, matrix ahead)
{
    size_t n_words, n_chars;
    counter_begin(&space->columns, most_ngrams(texts, i));
    n_words = note_words(self, texts->numbers + texts->bounds[i],
                         texts->bounds[i + 1] - texts->bounds[i], space->keys);
    n_chars = note_chars(self, texts->codes + texts->starts[i], texts->ends[i] - texts->starts[i],
                         space->keys + n_words);
    count_keys(&self->words, space->keys, n_words, &space->columns, ahead);
    count_keys(&self->chars, space->keys + n_words, n_chars, &space->columns, ahead);
}

static void workspace_close(workspace *space)
{
    counter_close(&space->columns);
    free(space->keys);
    free(space->places);
    free(space->weights);
    free(space->factors);
    free(space->sums);
}

static int workspace_open(workspace *space, const ngram_texts *texts, int64_t n_columns)
{
    size_t most = 0;
    for (int64_t i = 0; i < texts->n_texts; i++)
        if (most < most_ngrams(texts, i))
            most = most_ngrams(texts, i);
    int is_open = counter_open(&space->columns, most);
    space->keys = malloc((most + 1) * sizeof *space->keys);
    space->places = malloc((most + 1) * sizeof *space->places);
    space->weights = malloc((most + 1) * sizeof *space->weights);
    space->factors = malloc((most + 1) * sizeof *space->factors);
    space->sums = malloc((size_t)(n_columns + 1) * sizeof *space->sums);
    if (is_open && space->keys != NULL && space->places != NULL && space->weights != NULL &&
        space->factors != NULL && space->sums != NULL)
        return 1;
    workspace_close(space);
    return 0;
}

static double weight_of(const ngram_index *self, uint32_t column, uint32_t count,
                        const double *logs)
{
    return count > 1 ? self->idf[column] * (1.0 + logs[count]) : self->idf[column];
}

static int by_column(const void *a, const void *b)
{
    uint32_t left = ((const count_cell *)a)->value, right = ((const count_cell *)b)->value;
    return (left > right) - (left < right);
}

/* Write the row of a counted text, its columns sorted; their number. */
static int64_t write_row(const ngram_index *self, const double *logs, counter *columns,
                         int64_t *indices, double *data)
{
    double squares[2] = {0, 0};
    size_t n = 0;
    for (size_t at = 0; at <= columns->mask; at++) /* used cells move to the front */
        if (columns->cells[at].value != 0)
            columns->cells[n++] = columns->cells[at];
    qsort(columns->cells, n, sizeof *columns->cells, by_column);
    for (size_t k = 0; k < n; k++) {
        uint32_t column = columns->cells[k].value - 1;
        indices[k] = column;
        data[k] = weight_of(self, column, columns->cells[k].count, logs);
        squares[column >= self->n_words] += data[k] * data[k];
    }
    double lengths[2] = {sqrt(squares[0]), sqrt(squares[1])};
    for (size_t k = 0; k < n; k++)
        data[k] /= lengths[indices[k] >= self->n_words];
    return (int64_t)n;
}

/* Rows of the sparse matrix; -1 without memory, else the number of entries. */
int64_t ngrams_rows(const ngram_index *self, const uint32_t *codes, const int64_t *starts,
                    const int64_t *ends, const int64_t *numbers, const int64_t *bounds,
                    int64_t n_texts, const double *logs, int64_t *indptr, int64_t *indices,
                    double *data)
{
    ngram_texts texts = {codes, starts, ends, numbers, bounds, n_texts, logs};
    workspace space;
    matrix none = {NULL, 0};
    if (!workspace_open(&space, &texts, 0))
        return -1;
    indptr[0] = 0;
    for (int64_t i = 0; i < n_texts; i++) {
        count_text(self, &texts, i, &space, none);
        indptr[i + 1] = indptr[i] + write_row(self, logs, &space.columns, indices + indptr[i],
                                              data + indptr[i]);
    }
    workspace_close(&space);
    return indptr[n_texts];
}

/* Columns of a counted text and their weights, each block scaled to length 1. */
static void weigh(const ngram_index *self, const double *logs, workspace *space)
{
    const counter *columns = &space->columns;
    double squares[2] = {0, 0};
    for (size_t k = 0; k < columns->n_seen; k++) {
        count_cell cell = columns->cells[columns->seen[k]];
        double weight = weight_of(self, cell.value - 1, cell.count, logs);
        space->places[k] = cell.value - 1;
        space->weights[k] = weight;
        squares[cell.value - 1 >= self->n_words] += weight * weight;
    }
    double scales[2] = {1 / sqrt(squares[0]), 1 / sqrt(squares[1])};
    for (size_t k = 0; k < columns->n_seen; k++)
        space->factors[k] = (float)(space->weights[k] * scales[space->places[k] >= self->n_words]);
}

/* Products of the rows with a dense matrix of single precision; 0 without memory. */
int ngrams_dot(const ngram_index *self, const uint32_t *codes, const int64_t *starts,
               const int64_t *ends, const int64_t *numbers, const int64_t *bounds, int64_t n_texts,
               const double *logs, const float *weights, int64_t n_columns, double *out)
{
    ngram_texts texts = {codes, starts, ends, numbers, bounds, n_texts, logs};
    matrix dense = {weights, n_columns};
    workspace space;
    if (!workspace_open(&space, &texts, n_columns))
        return 0;
    for (int64_t i = 0; i < n_texts; i++) {
        count_text(self, &texts, i, &space, dense);
        weigh(self, logs, &space);
        row_sum(weights, n_columns, space.places, space.factors, space.columns.n_seen, space.sums);
        for (int64_t column = 0; column < n_columns; column++)
            out[i * n_columns + column] = space.sums[column];
    }
    workspace_close(&space);
    return 1;
}
