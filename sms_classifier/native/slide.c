/* Detectors that slide over windows of three words while they are learnt: where each matches best
 * in a text, and the way back from there.
 *
 * Words are numbers into `projected`, which holds, for each place of a window (before the middle,
 * in it, behind it) and each word, n_detectors figures. `words` holds one empty place before the
 * first text and one behind each; match k looks at words[k] to words[k + 2].
 */

#include "row_sum.h"

#define WINDOW 3

typedef struct { /* words of one text, and figures of words */
    const float *before, *at, *behind, *bias;
    int64_t n_detectors;
    const int64_t *words;
    int64_t start, end;
} text_view;

/* Best match of LANE detectors, from `first` on. */
static inline __attribute__((always_inline)) void slide_lane(text_view text, int64_t first,
                                                             float *best, int32_t *where)
{
    const lane bias = *(const lane *)(text.bias + first);
    lane most = {0}; /* the empty place, wherever nothing else is as good */
    lane_mask at_most = most == most, unset = at_most;
    at_most &= (int32_t)text.end;
    for (int64_t k = text.start; k < text.end; k++) {
        const int64_t *word = text.words + k;
        lane found = *(const lane *)(text.at + word[1] * text.n_detectors + first);
        found += *(const lane *)(text.before + word[0] * text.n_detectors + first);
        found += *(const lane *)(text.behind + word[2] * text.n_detectors + first);
        found += bias;
        lane_mask better = (found > most) | (unset & (found == most));
        most = (lane)((better & (lane_mask)found) | (~better & (lane_mask)most));
        at_most = (better & (int32_t)k) | (~better & at_most);
        unset &= ~better;
    }
    *(lane *)best = most;
    memcpy(where, &at_most, sizeof at_most);
}

/* Best match of one detector. */
static void slide_one(text_view text, int64_t first, float *best, int32_t *where)
{
    *best = 0;
    *where = (int32_t)text.end;
    for (int64_t k = text.start; k < text.end; k++) {
        const int64_t *word = text.words + k;
        float found = text.at[word[1] * text.n_detectors + first];
        found += text.before[word[0] * text.n_detectors + first];
        found += text.behind[word[2] * text.n_detectors + first];
        found += text.bias[first];
        if (found > *best || (found == *best && *where == text.end)) {
            *best = found;
            *where = (int32_t)k;
        }
    }
}

/* Best match of each detector in each text, and the match's number: the first of equal ones. The
 * empty place behind a text, words[ends[i] + 1], matches by 0. */
FOR_EACH_PROCESSOR
void slide_best(const float *projected, int64_t n_words, const int64_t *words, const int64_t *starts,
                const int64_t *ends, int64_t n_texts, const float *bias, int64_t n_detectors,
                float *best, int32_t *where)
{
    int64_t size = n_words * n_detectors;
    for (int64_t i = 0; i < n_texts; i++) {
        text_view text = {projected, projected + size, projected + 2 * size, bias, n_detectors,
                          words, starts[i], ends[i]};
        int64_t first = 0, row = i * n_detectors;
        for (; first + LANE <= n_detectors; first += LANE)
            slide_lane(text, first, best + row + first, where + row + first);
        for (; first < n_detectors; first++)
            slide_one(text, first, best + row + first, where + row + first);
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
