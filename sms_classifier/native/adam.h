/* One step of AdamW (Loshchilov and Hutter 2019) on some weights, in single precision.
 */

#ifndef ADAM_H
#define ADAM_H

#include <math.h>
#include <stdint.h>

#include "row_sum.h"

#define SMALLEST 1e-8f /* added to every root */

typedef struct { /* of one step */
    float mean_share, square_share; /* of the gradient in the moments */
    float decay; /* what the weights are multiplied by */
    float scale; /* rate by which the mean moves them, its bias undone */
    float unbias; /* what the square is divided by to undo its bias */
} adam_rates;

/* The gradient is none (zero) where it is NULL. */
static inline __attribute__((always_inline)) void
adam_update(float *restrict weight, const float *restrict gradient, float *restrict mean,
            float *restrict square, int64_t n, adam_rates rates)
{
    for (int64_t j = 0; j < n; j++) {
        float g = gradient == NULL ? 0.0f : gradient[j];
        mean[j] += rates.mean_share * (g - mean[j]);
        square[j] += rates.square_share * (g * g - square[j]);
        weight[j] = weight[j] * rates.decay -
                    rates.scale * mean[j] / (sqrtf(square[j] / rates.unbias) + SMALLEST);
    }
}

#endif
