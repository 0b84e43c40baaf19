/* Detectors that slide over windows of three words while they are learnt: where each matches best
 * in a text, and the way back from there.
 *
 * Words are numbers into `projected`, which holds, for each place of a window (before the middle,
 * in it, behind it) and each word, n_detectors figures. `words` holds one empty place before the
 * first text and one behind each; match k looks at words[k] to words[k + 2].
 */

#include <math.h>

#include "row_sum.h"

#define WINDOW 3

/* Matches of each detector around one word. */
static inline __attribute__((always_inline)) void
match(const float *restrict before, const float *restrict at, const float *restrict behind,
      const float *restrict bias, int64_t n_detectors, int32_t place, float *restrict best,
      int32_t *restrict where)
{
    for (int64_t j = 0; j < n_detectors; j++) {
        float found = ((at[j] + before[j]) + behind[j]) + bias[j];
        int better = found > best[j];
        best[j] = better ? found : best[j];
        where[j] = better ? place : where[j];
    }
}

static void match_nothing(int64_t n_detectors, int32_t place, float *best, int32_t *where)
{
    for (int64_t j = 0; j < n_detectors; j++)
        if (best[j] < 0) {
            best[j] = 0;
            where[j] = place;
        }
}

/* Best match of each detector in each text, and the match's number: the first of equal ones. The
 * empty place behind a text, texts[i] to ends[i], matches by 0. */
FOR_EACH_PROCESSOR
void slide_best(const float *projected, int64_t n_words, const int64_t *words, const int64_t *starts,
                const int64_t *ends, int64_t n_texts, const float *bias, int64_t n_detectors,
                float *best, int32_t *where)
{
    const float *before = projected, *at = before + n_words * n_detectors;
    const float *behind = at + n_words * n_detectors;
    for (int64_t i = 0; i < n_texts; i++) {
        float *here = best + i * n_detectors;
        int32_t *place = where + i * n_detectors;
        for (int64_t j = 0; j < n_detectors; j++)
            here[j] = -INFINITY;
        for (int64_t k = starts[i]; k < ends[i]; k++)
            match(before + words[k] * n_detectors, at + words[k + 1] * n_detectors,
                  behind + words[k + 2] * n_detectors, bias, n_detectors, (int32_t)k, here, place);
        match_nothing(n_detectors, (int32_t)ends[i], here, place);
    }
}

/* Sum of the errors at each word in one place of the window. */
static void add_errors(const int64_t *words, const int32_t *where, const float *errors,
                       int64_t n_texts, int64_t n_detectors, double *sums)
{
    for (int64_t i = 0; i < n_texts; i++)
        for (int64_t j = 0; j < n_detectors; j++) {
            int64_t k = i * n_detectors + j;
            if (errors[k] != 0)
                sums[words[where[k]] * n_detectors + j] += errors[k];
        }
}

/* For each place of a window and each word, the sum of the errors of the matches that it took part
 * in there. The empty place behind a text passes no error on. 0 without memory. */
int slide_errors(const int64_t *words, const int32_t *where, const float *errors, int64_t n_texts,
                 int64_t n_words, int64_t n_detectors, float *out)
{
    size_t n = (size_t)(n_words * n_detectors);
    double *sums = malloc((n + 1) * sizeof *sums);
    if (sums == NULL)
        return 0;
    for (int64_t place = 0; place < WINDOW; place++) {
        memset(sums, 0, n * sizeof *sums);
        add_errors(words + place, where, errors, n_texts, n_detectors, sums);
        for (size_t k = 0; k < n; k++)
            out[(size_t)place * n + k] = (float)sums[k];
    }
    free(sums);
    return 1;
}
