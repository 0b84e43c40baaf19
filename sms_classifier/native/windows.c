/* Detectors that slide over three words in a row and keep their best match.
 *
 * `projected` holds, for each number of a word, what it adds in each place of a window: before the
 * middle, in it, behind it; n_detectors figures each. Number 0 is an empty place and adds nothing.
 */

#include <math.h>

#include "row_sum.h"

#define WINDOW 3
#define SHORTEST 1e-9f

/* A vector scaled to length 1. */
static void unit(const float *vector, int64_t size, float *out)
{
    float squares = 0;
    for (int64_t j = 0; j < size; j++)
        squares += vector[j] * vector[j];
    float length = sqrtf(squares);
    for (int64_t j = 0; j < size; j++)
        out[j] = vector[j] / (length > SHORTEST ? length : SHORTEST);
}

/* Fill `projected` for some numbers: those from 1 to n_vectors stand for words with a vector,
 * greater ones for words that have a row of the weights to themselves. 0 without memory. */
int windows_project(const int64_t *ids, int64_t n_ids, const float *vectors, int64_t n_vectors,
                    int64_t size, const float *weights, int64_t n_inputs, int64_t n_detectors,
                    float *projected)
{
    float *factors = malloc((size_t)(size + 1) * sizeof *factors);
    uint32_t *rows = malloc((size_t)(size + 1) * sizeof *rows);
    int is_ready = factors != NULL && rows != NULL;
    for (int64_t j = 0; is_ready && j < size; j++)
        rows[j] = (uint32_t)j;
    for (int64_t k = 0; is_ready && k < n_ids; k++) {
        int64_t own = size + ids[k] - n_vectors - 1;
        if (ids[k] > 0 && ids[k] <= n_vectors)
            unit(vectors + (ids[k] - 1) * size, size, factors);
        for (int64_t place = 0; place < WINDOW; place++) {
            const float *part = weights + place * n_inputs * n_detectors;
            float *out = projected + (ids[k] * WINDOW + place) * n_detectors;
            if (ids[k] <= 0 || own >= n_inputs)
                memset(out, 0, (size_t)n_detectors * sizeof *out);
            else if (ids[k] <= n_vectors)
                row_sum(part, n_detectors, rows, factors, (size_t)size, out);
            else
                memcpy(out, part + own * n_detectors, (size_t)n_detectors * sizeof *out);
        }
    }
    free(factors);
    free(rows);
    return is_ready;
}

/* What the words of one window add for some detectors. */
typedef struct {
    const float *before, *at, *behind;
} window;

static inline window window_at(const float *projected, int64_t n_detectors, int64_t first,
                               const int64_t *words)
{
    const float *place = projected + first;
    return (window){place + words[0] * WINDOW * n_detectors,
                    place + (words[1] * WINDOW + 1) * n_detectors,
                    place + (words[2] * WINDOW + 2) * n_detectors};
}

/* Best match, so far or here, of the detectors of a vector. */
#define BEST_LANE(best, here, bias, j)                                                            \
    do {                                                                                          \
        lane match = ((const lane *)(here).at)[j] + ((const lane *)(here).before)[j] +            \
                     ((const lane *)(here).behind)[j] + ((const lane *)(bias))[j];                \
        lane_mask better = match > (best);                                                        \
        (best) = (lane)((better & (lane_mask)match) | (~better & (lane_mask)(best)));             \
    } while (0)

/* Best match of each detector in the words, which have an empty place at either end. */
FOR_EACH_PROCESSOR
static void slide(const float *projected, const float *bias, int64_t n_detectors,
                  const int64_t *words, int64_t n_words, float *out)
{
    int64_t first = 0;
    for (; first + ROW_BLOCK <= n_detectors; first += ROW_BLOCK) {
        lane a = {0}, b = {0}, c = {0}, d = {0};
        for (int64_t k = 0; k < n_words; k++) {
            window here = window_at(projected, n_detectors, first, words + k);
            BEST_LANE(a, here, bias + first, 0);
            BEST_LANE(b, here, bias + first, 1);
            BEST_LANE(c, here, bias + first, 2);
            BEST_LANE(d, here, bias + first, 3);
        }
        lane *best = (lane *)(out + first);
        best[0] = a, best[1] = b, best[2] = c, best[3] = d;
    }
    for (int64_t j = first; j < n_detectors; j++)
        out[j] = 0;
    for (int64_t k = 0; k < n_words; k++) {
        window here = window_at(projected, n_detectors, 0, words + k);
        for (int64_t j = first; j < n_detectors; j++) {
            float match = here.at[j] + here.before[j] + here.behind[j] + bias[j];
            out[j] = match > out[j] ? match : out[j];
        }
    }
}

/* The first `most` words of a text that are in no empty place, fetched; their number. */
static int64_t take_words(const int64_t *ids, int64_t n, const float *projected,
                          int64_t n_numbers, int64_t n_detectors, int64_t most, int64_t *words)
{
    int64_t n_words = 0, size = WINDOW * n_detectors;
    words[0] = 0;
    for (int64_t i = 0; i < n && n_words < most; i++)
        if (ids[i] > 0 && ids[i] < n_numbers) {
            fetch_row(projected + ids[i] * size, size);
            words[++n_words] = ids[i];
        }
    words[n_words + 1] = 0;
    return n_words;
}

/* Best match of each detector in each text, 0 at least; 0 without memory. */
int windows_best(const float *projected, int64_t n_numbers, const float *bias, int64_t n_detectors,
                 const int64_t *ids, const int64_t *bounds, int64_t n_texts, int64_t most,
                 float *out)
{
    int64_t *words = malloc((size_t)(most + 2) * sizeof *words);
    if (words == NULL)
        return 0;
    for (int64_t i = 0; i < n_texts; i++) {
        int64_t n = take_words(ids + bounds[i], bounds[i + 1] - bounds[i], projected, n_numbers,
                               n_detectors, most, words);
        slide(projected, bias, n_detectors, words, n, out + i * n_detectors);
    }
    free(words);
    return 1;
}
