/* Weighted sum of some rows of a table in single precision, in the order given.
 *
 * Products are not fused with additions, so every machine gives the same bits.
 */

#ifndef ROW_SUM_H
#define ROW_SUM_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

#if defined(__GNUC__)
#define FETCH_AHEAD(address) __builtin_prefetch(address)
#else
#define FETCH_AHEAD(address) ((void)0)
#endif

#define ROW_BLOCK 32   /* columns whose sums stay in registers */
#define CACHE_FLOATS 16 /* of a cache line */

static inline void fetch_row(const float *row, int64_t n)
{
    for (int64_t column = 0; column < n; column += CACHE_FLOATS)
        FETCH_AHEAD(row + column);
}

/* out = sum of factors[k] * table[rows[k]], for tables of `n_columns`. */
FOR_EACH_PROCESSOR
static void row_sum(const float *table, int64_t n_columns, const uint32_t *rows,
                    const float *factors, size_t n_rows, float *out)
{
    int64_t first = 0;
    for (; first + ROW_BLOCK <= n_columns; first += ROW_BLOCK) {
        float sums[ROW_BLOCK] = {0};
        for (size_t k = 0; k < n_rows; k++) {
            const float *row = table + (int64_t)rows[k] * n_columns + first;
            for (int j = 0; j < ROW_BLOCK; j++)
                sums[j] += factors[k] * row[j];
        }
        memcpy(out + first, sums, sizeof sums);
    }
    for (int64_t column = first; column < n_columns; column++)
        out[column] = 0;
    for (size_t k = 0; k < n_rows; k++) {
        const float *row = table + (int64_t)rows[k] * n_columns;
        for (int64_t column = first; column < n_columns; column++)
            out[column] += factors[k] * row[column];
    }
}

#endif
