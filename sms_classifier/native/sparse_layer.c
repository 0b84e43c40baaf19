/* A dense layer over sparse inputs, learnt by AdamW.
 *
 * A batch shows a part of the inputs, and only their weights are touched. An input's last gradient
 * is kept until it is shown again; then its weights make that step, and all steps since, whose
 * gradient was zero, one after the other. So they get the same bits as if every step had moved all
 * weights. What a batch needs is copied together, so that it stays in the processor's caches.
 */

#include "adam.h"

#define AHEAD 2 /* inputs between having weights fetched and moving them */

enum { WEIGHT, MEAN, SQUARE, GRADIENT, N_PARTS };

typedef struct {
    int64_t n_inputs, n_units;
    float *state; /* of each input, the parts in turn, n_units each; the caller's */
    const adam_rates *steps; /* rates of each step, the caller's */
    int64_t *done; /* steps that the weights of each input have made */
    uint32_t *slots; /* 1 + place in `shown` of each input of the batch, 0 of the others */
    uint32_t *shown; /* inputs of the batch */
    size_t n_shown;
    uint32_t *places; /* of the inputs of the batch's entries in `shown` */
    float *values;
    int64_t *bounds; /* of its rows among the entries */
    size_t most_entries, most_rows;
    float *current; /* weights of the inputs shown, then their gradient */
    size_t most_shown;
} sparse_layer;

void sparse_layer_free(sparse_layer *self)
{
    if (self == NULL)
        return;
    free(self->done);
    free(self->slots);
    free(self->shown);
    free(self->places);
    free(self->values);
    free(self->bounds);
    free(self->current);
    free(self);
}

static float *part_of(const sparse_layer *self, int64_t input, int part)
{
    return self->state + (input * N_PARTS + part) * self->n_units;
}

/* A layer whose first weights `state` holds, all else in it being zero; NULL without memory. */
sparse_layer *sparse_layer_new(int64_t n_inputs, int64_t n_units, float *state,
                               const adam_rates *steps)
{
    sparse_layer *self = calloc(1, sizeof *self);
    size_t n = (size_t)n_inputs + 1;
    if (self == NULL)
        return NULL;
    self->n_inputs = n_inputs, self->n_units = n_units;
    self->state = state, self->steps = steps;
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
        free(self->places);
        free(self->values);
        self->most_entries = n_entries + n_entries / 4 + 1;
        self->places = malloc(self->most_entries * sizeof *self->places);
        self->values = malloc(self->most_entries * sizeof *self->values);
    }
    if (n_rows >= self->most_rows) {
        free(self->bounds);
        self->most_rows = n_rows + 1;
        self->bounds = malloc((self->most_rows + 1) * sizeof *self->bounds);
    }
    if (self->places != NULL && self->values != NULL && self->bounds != NULL)
        return 1;
    self->most_entries = self->most_rows = 0;
    return 0;
}

/* Make room for the weights of the inputs shown; 0 without memory. */
static int ensure_current(sparse_layer *self)
{
    if (self->n_shown >= self->most_shown) {
        free(self->current);
        self->most_shown = self->n_shown + self->n_shown / 4 + 1;
        self->current = malloc((self->most_shown * (size_t)self->n_units + 1) *
                               sizeof *self->current);
    }
    if (self->current != NULL)
        return 1;
    self->most_shown = 0;
    return 0;
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
            uint32_t column = (uint32_t)indices[k]; /* no branches: chance is not to be foretold */
            int stays = chances[drawn++] < kept;
            int is_new = stays & (self->slots[column] == 0);
            self->shown[self->n_shown] = column;
            self->n_shown += (size_t)is_new;
            self->slots[column] = is_new ? (uint32_t)self->n_shown : self->slots[column];
            self->places[n] = self->slots[column] - 1;
            self->values[n] = (float)data[k] / kept;
            n += (size_t)stays;
        }
        self->bounds[i + 1] = (int64_t)n;
    }
}

/* Let the weights of an input make the steps that they have not made yet. */
static inline __attribute__((always_inline)) void catch_up(sparse_layer *self, int64_t input,
                                                           int64_t n_steps)
{
    float *weight = part_of(self, input, WEIGHT), *mean = part_of(self, input, MEAN);
    float *square = part_of(self, input, SQUARE);
    const float *gradient = part_of(self, input, GRADIENT);
    for (int64_t step = self->done[input]; step < n_steps; step++) {
        adam_update(weight, gradient, mean, square, self->n_units, self->steps[step]);
        gradient = NULL;
    }
    self->done[input] = n_steps;
}

/* Bring the weights of the inputs shown up to date, and copy them together. */
FOR_EACH_PROCESSOR
static void gather_weights(sparse_layer *self, int64_t n_steps)
{
    size_t width = (size_t)self->n_units;
    for (size_t k = 0; k < self->n_shown; k++) {
        if (k + AHEAD < self->n_shown)
            fetch_row(part_of(self, self->shown[k + AHEAD], WEIGHT), N_PARTS * self->n_units);
        catch_up(self, self->shown[k], n_steps);
        memcpy(self->current + k * width, part_of(self, self->shown[k], WEIGHT),
               width * sizeof *self->current);
    }
}

/* Product of a batch with the weights after `n_steps` steps, which must have taken the gradients
 * of that many batches; 0 without memory. */
int sparse_layer_forward(sparse_layer *self, const double *data, const int32_t *indices,
                         const int64_t *indptr, const int64_t *rows, int64_t n_rows,
                         const float *chances, int64_t n_chances, float kept, int64_t n_steps,
                         float *out)
{
    if (!ensure_entries(self, (size_t)n_chances, (size_t)n_rows))
        return 0;
    take_entries(self, data, indices, indptr, rows, n_rows, chances, kept);
    if (!ensure_current(self))
        return 0;
    gather_weights(self, n_steps);
    for (int64_t i = 0; i < n_rows; i++)
        row_sum(self->current, self->n_units, self->places + self->bounds[i],
                self->values + self->bounds[i], (size_t)(self->bounds[i + 1] - self->bounds[i]),
                out + i * self->n_units);
    return 1;
}

/* Take the gradient of the inputs shown from the errors of the batch's rows. */
FOR_EACH_PROCESSOR
void sparse_layer_backward(sparse_layer *self, const float *errors, int64_t n_rows)
{
    int64_t n_units = self->n_units;
    size_t width = (size_t)n_units * sizeof *self->current;
    memset(self->current, 0, self->n_shown * width);
    for (int64_t i = 0; i < n_rows; i++) {
        const float *restrict error = errors + i * n_units;
        for (int64_t k = self->bounds[i]; k < self->bounds[i + 1]; k++) {
            float *restrict gradient = self->current + (int64_t)self->places[k] * n_units;
            float value = self->values[k];
            for (int64_t j = 0; j < n_units; j++)
                gradient[j] += value * error[j];
        }
    }
    for (size_t k = 0; k < self->n_shown; k++)
        memcpy(part_of(self, self->shown[k], GRADIENT), self->current + (int64_t)k * n_units,
               width);
}

/* Let all weights have made `n_steps` steps. */
FOR_EACH_PROCESSOR
void sparse_layer_finish(sparse_layer *self, int64_t n_steps)
{
    for (int64_t i = 0; i < self->n_inputs; i++)
        catch_up(self, i, n_steps);
}

/* One step on `n` weights whose whole gradient is known. */
FOR_EACH_PROCESSOR
void adam_step(float *weights, const float *gradient, float *means, float *squares, int64_t n,
               const adam_rates *rates)
{
    adam_update(weights, gradient, means, squares, n, *rates);
}
