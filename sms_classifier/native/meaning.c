/* Weighted means of the vectors of a text's distinct words, centred, of one length. */

#include <math.h>

#include "counter.h"
#include "row_sum.h"

#define SHORTEST 1e-9 /* lengths below this are taken as this */

static size_t most_words(const int64_t *bounds, int64_t n_texts)
{
    int64_t most = 0;
    for (int64_t i = 0; i < n_texts; i++)
        if (bounds[i + 1] - bounds[i] > most)
            most = bounds[i + 1] - bounds[i];
    return (size_t)most;
}

/* Distinct words that have a vector, listed in `places`; their number. */
static size_t distinct(const int64_t *numbers, int64_t n, int64_t n_vectors, counter *words,
                       uint32_t *places)
{
    size_t n_distinct = 0;
    counter_begin(words, (size_t)n);
    for (int64_t i = 0; i < n; i++)
        if (numbers[i] >= 0 && numbers[i] < n_vectors && counter_add(words, (uint32_t)numbers[i]))
            places[n_distinct++] = (uint32_t)numbers[i];
    return n_distinct;
}

static void centre_and_scale(const float *sums, const float *centre, int64_t size, double length,
                             double *out)
{
    double squares = 0;
    for (int64_t j = 0; j < size; j++) {
        out[j] = (double)sums[j] - centre[j];
        squares += out[j] * out[j];
    }
    double norm = sqrt(squares);
    double scale = length / (norm > SHORTEST ? norm : SHORTEST);
    for (int64_t j = 0; j < size; j++)
        out[j] *= scale;
}

/* One row of `size` for each text; 0 without memory. */
int meaning_means(const float *vectors, int64_t n_vectors, int64_t size, const float *weights,
                  const float *centre, double length, const int64_t *numbers,
                  const int64_t *bounds, int64_t n_texts, double *out)
{
    size_t most = most_words(bounds, n_texts);
    counter words;
    int is_open = counter_open(&words, most);
    uint32_t *places = malloc((most + 1) * sizeof *places);
    float *factors = malloc((most + 1) * sizeof *factors);
    float *sums = malloc((size_t)(size + 1) * sizeof *sums);
    int is_ready = is_open && places != NULL && factors != NULL && sums != NULL;
    for (int64_t i = 0; is_ready && i < n_texts; i++) {
        size_t n = distinct(numbers + bounds[i], bounds[i + 1] - bounds[i], n_vectors, &words,
                            places);
        memset(out + i * size, 0, (size_t)size * sizeof *out);
        for (size_t k = 0; k < n; k++) {
            factors[k] = weights[places[k]];
            fetch_row(vectors + (int64_t)places[k] * size, size);
        }
        row_sum(vectors, size, places, factors, n, sums);
        if (n > 0)
            centre_and_scale(sums, centre, size, length, out + i * size);
    }
    counter_close(&words);
    free(places);
    free(factors);
    free(sums);
    return is_ready;
}
