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

#define CACHE_FLOATS 16 /* of a cache line */
#define LANE 8 /* floats of a vector */
#define ROW_BLOCK (4 * LANE) /* columns whose sums stay in registers */

/* Vectors of GNU C, which gcc and clang know for every processor; written out because gcc, left
 * alone, takes two rows at once and no vectors. */
typedef float lane __attribute__((vector_size(LANE * sizeof(float)), aligned(sizeof(float)),
                                  may_alias));
typedef int32_t lane_mask __attribute__((vector_size(LANE * sizeof(float))));

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
        lane a = {0}, b = {0}, c = {0}, d = {0};
        for (size_t k = 0; k < n_rows; k++) {
            const lane *row = (const lane *)(table + (int64_t)rows[k] * n_columns + first);
            a += factors[k] * row[0];
            b += factors[k] * row[1];
            c += factors[k] * row[2];
            d += factors[k] * row[3];
        }
        lane *sums = (lane *)(out + first);
        sums[0] = a, sums[1] = b, sums[2] = c, sums[3] = d;
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
