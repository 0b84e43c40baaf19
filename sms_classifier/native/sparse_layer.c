/* A dense layer over sparse inputs, learnt by AdamW.
 *
 * A batch touches a part of the weights only. Those that it touches are brought up to date first:
 * the steps that they missed, whose gradient was zero, are made up for, one after the other, so the
 * weights get the same bits as if every step had moved all of them.
 */

#include "adam.h"

typedef struct {
    int64_t n_inputs, n_units;
    float *weights, *means, *squares; /* n_inputs x n_units, the caller's */
    const adam_rates *steps; /* rates of each step, the caller's */
    int64_t *done; /* steps that the weights of each input have made */
    uint32_t *slots; /* 1 + place in `shown` of each input of the batch, 0 of the others */
    uint32_t *shown; /* inputs of the batch */
    size_t n_shown;
    uint32_t *columns; /* of the batch's entries */
    float *values;
    int64_t *bounds; /* of its rows among the entries */
    size_t most_entries, most_rows;
    float *gradient; /* of the inputs shown */
    size_t most_shown;
} sparse_layer;

void sparse_layer_free(sparse_layer *self)
{
    if (self == NULL)
        return;
    free(self->done);
    free(self->slots);
    free(self->shown);
    free(self->columns);
    free(self->values);
    free(self->bounds);
    free(self->gradient);
    free(self);
}

sparse_layer *sparse_layer_new(int64_t n_inputs, int64_t n_units, float *weights, float *means,
                               float *squares, const adam_rates *steps)
{
    sparse_layer *self = calloc(1, sizeof *self);
    size_t n = (size_t)n_inputs + 1;
    if (self == NULL)
        return NULL;
    self->n_inputs = n_inputs, self->n_units = n_units;
    self->weights = weights, self->means = means, self->squares = squares;
    self->steps = steps;
    self->done = calloc(n, sizeof *self->done);
    self->slots = calloc(n, sizeof *self->slots);
    self->shown = malloc(n * sizeof *self->shown);
    if (self->done == NULL || self->slots == NULL || self->shown == NULL) {
        sparse_layer_free(self);
        return NULL;
    }
    return self;
}

/* Make room for the entries of a batch; 0 without memory. */
static int ensure_entries(sparse_layer *self, size_t n_entries, size_t n_rows)
{
    if (n_entries >= self->most_entries) {
        free(self->columns);
        free(self->values);
        self->most_entries = n_entries + n_entries / 4 + 1;
        self->columns = malloc(self->most_entries * sizeof *self->columns);
        self->values = malloc(self->most_entries * sizeof *self->values);
    }
    if (n_rows >= self->most_rows) {
        free(self->bounds);
        self->most_rows = n_rows + 1;
        self->bounds = malloc((self->most_rows + 1) * sizeof *self->bounds);
    }
    if (self->columns != NULL && self->values != NULL && self->bounds != NULL)
        return 1;
    self->most_entries = self->most_rows = 0;
    return 0;
}

/* Make room for the gradient of the inputs shown; 0 without memory. */
static int ensure_gradient(sparse_layer *self)
{
    if (self->n_shown > self->most_shown) {
        free(self->gradient);
        self->most_shown = self->n_shown + self->n_shown / 4;
        self->gradient = malloc((self->most_shown * (size_t)self->n_units + 1) *
                                sizeof *self->gradient);
    }
    if (self->gradient != NULL)
        return 1;
    self->most_shown = 0;
    return self->n_shown == 0;
}

/* Entries of some rows that chance keeps, scaled to make up for the others. */
static void take_entries(sparse_layer *self, const double *data, const int32_t *indices,
                         const int64_t *indptr, const int64_t *rows, int64_t n_rows,
                         const float *chances, float kept)
{
    size_t n = 0, drawn = 0;
    for (size_t k = 0; k < self->n_shown; k++)
        self->slots[self->shown[k]] = 0;
    self->n_shown = 0;
    self->bounds[0] = 0;
    for (int64_t i = 0; i < n_rows; i++) {
        for (int64_t k = indptr[rows[i]]; k < indptr[rows[i] + 1]; k++) {
            uint32_t column = (uint32_t)indices[k];
            if (!(chances[drawn++] < kept))
                continue;
            if (self->slots[column] == 0) {
                self->shown[self->n_shown++] = column;
                self->slots[column] = (uint32_t)self->n_shown;
            }
            self->columns[n] = column;
            self->values[n++] = (float)data[k] / kept;
        }
        self->bounds[i + 1] = (int64_t)n;
    }
}

/* Let the weights of some inputs make the steps that they missed. */
FOR_EACH_PROCESSOR
static void catch_up(sparse_layer *self, const uint32_t *inputs, size_t n, int64_t n_steps)
{
    for (size_t k = 0; k < n; k++) {
        int64_t first = (int64_t)inputs[k] * self->n_units;
        for (int64_t step = self->done[inputs[k]]; step < n_steps; step++)
            adam_update(self->weights + first, NULL, self->means + first, self->squares + first,
                        self->n_units, self->steps[step]);
        self->done[inputs[k]] = n_steps;
    }
}

/* Product of a batch with the weights after `n_steps` steps; 0 without memory. */
int sparse_layer_forward(sparse_layer *self, const double *data, const int32_t *indices,
                         const int64_t *indptr, const int64_t *rows, int64_t n_rows,
                         const float *chances, int64_t n_chances, float kept, int64_t n_steps,
                         float *out)
{
    if (!ensure_entries(self, (size_t)n_chances, (size_t)n_rows))
        return 0;
    take_entries(self, data, indices, indptr, rows, n_rows, chances, kept);
    catch_up(self, self->shown, self->n_shown, n_steps);
    for (int64_t i = 0; i < n_rows; i++)
        row_sum(self->weights, self->n_units, self->columns + self->bounds[i],
                self->values + self->bounds[i], (size_t)(self->bounds[i + 1] - self->bounds[i]),
                out + i * self->n_units);
    return 1;
}

/* Gradient of the inputs shown, from the errors of the batch's rows. */
FOR_EACH_PROCESSOR
static void add_gradient(sparse_layer *self, const float *errors, int64_t n_rows)
{
    int64_t n_units = self->n_units;
    memset(self->gradient, 0, self->n_shown * (size_t)n_units * sizeof *self->gradient);
    for (int64_t i = 0; i < n_rows; i++) {
        const float *restrict error = errors + i * n_units;
        for (int64_t k = self->bounds[i]; k < self->bounds[i + 1]; k++) {
            int64_t slot = self->slots[self->columns[k]] - 1;
            float *restrict gradient = self->gradient + slot * n_units;
            for (int64_t j = 0; j < n_units; j++)
                gradient[j] += self->values[k] * error[j];
        }
    }
}

FOR_EACH_PROCESSOR
static void step_shown(sparse_layer *self, int64_t step)
{
    for (size_t k = 0; k < self->n_shown; k++) {
        int64_t first = (int64_t)self->shown[k] * self->n_units;
        adam_update(self->weights + first, self->gradient + k * (size_t)self->n_units,
                    self->means + first, self->squares + first, self->n_units,
                    self->steps[step]);
        self->done[self->shown[k]] = step + 1;
    }
}

/* Let the weights that the last batch touched make step `step` (from 0); 0 without memory. */
int sparse_layer_backward(sparse_layer *self, const float *errors, int64_t n_rows, int64_t step)
{
    if (!ensure_gradient(self))
        return 0;
    if (self->n_shown > 0)
        add_gradient(self, errors, n_rows);
    step_shown(self, step);
    return 1;
}

/* Let all weights have made `n_steps` steps. */
void sparse_layer_finish(sparse_layer *self, int64_t n_steps)
{
    for (int64_t i = 0; i < self->n_inputs; i++) {
        uint32_t input = (uint32_t)i;
        catch_up(self, &input, 1, n_steps);
    }
}

/* One step on `n` weights whose whole gradient is known. */
FOR_EACH_PROCESSOR
void adam_step(float *weights, const float *gradient, float *means, float *squares, int64_t n,
               const adam_rates *rates)
{
    adam_update(weights, gradient, means, squares, n, *rates);
}
