/* Texts in which stretches become single characters: spans that the caller gives, and runs of
   characters that a table marks.

   Of spans that overlap the leftmost counts, and of those that begin at one place the longest;
   the longest span of each place is noted first, so nothing needs sorting. */

#include <stdint.h>
#include <stdlib.h>

#define N_CODES 0x110000u

/* Classes of characters: how one is written. */
enum {
    KEPT,
    SINGLE, /* as the character of its class */
    RUN,    /* one or more become the character of their class; a joint between two belongs to it */
    JOINT,  /* joins runs, else kept */
    PAIR    /* two or more become the character of their class; a single one is kept */
};

typedef struct {
    int64_t start, end, sign;
} span;

typedef struct {
    const span *all; /* sorted by text, in any order within one */
    int64_t n;
} span_table;

typedef struct {
    const uint8_t *classes;
    const uint32_t *codes;  /* of this text */
    const int64_t *longest; /* span that begins at each place, plus 1; 0: none */
    int64_t length;
} text_view;

/* Class of the character at a place; no run reaches into a span or over the end of a text. */
static inline int class_at(const text_view *text, int64_t place) {
    if (place >= text->length || text->longest[place]) return KEPT;
    const uint32_t code = text->codes[place];
    return code < N_CODES ? text->classes[code] : KEPT;
}

static inline int64_t behind_run(const text_view *text, int64_t place) {
    for (;;) {
        while (class_at(text, place) == RUN) place++;
        if (class_at(text, place) != JOINT || class_at(text, place + 1) != RUN) return place;
        place++;
    }
}

/* Note the spans of a text, from `first` on, at the places where they begin; the place of the
   first span behind them. */
static int64_t note_spans(const span_table *spans, int64_t first, int64_t start, int64_t end,
                          int64_t *longest) {
    for (; first < spans->n && spans->all[first].start < end; first++) {
        const span *one = &spans->all[first];
        if (one->start < start || one->end <= one->start) continue;
        const int64_t other = longest[one->start - start];
        if (!other || one->end > spans->all[other - 1].end) longest[one->start - start] = first + 1;
    }
    return first;
}

/* Make the places of the spans [first, last) ready for the next text. */
static void forget_spans(const span_table *spans, int64_t first, int64_t last, int64_t start,
                         int64_t *longest) {
    for (; first < last; first++)
        if (spans->all[first].start >= start) longest[spans->all[first].start - start] = 0;
}

/* Where the run that begins at a place ends; one of a single character may be kept. */
static inline int64_t run_end(const text_view *text, int64_t place, int class) {
    int64_t end = place + 1;
    if (class == RUN) return behind_run(text, end);
    if (class == PAIR)
        while (class_at(text, end) == PAIR) end++;
    return end;
}

/* Write a text; how many characters it has now, which are never more. */
static int64_t write_text(const text_view *text, const span_table *spans, int64_t start,
                          const uint32_t *written, uint32_t *out) {
    int64_t n = 0;
    for (int64_t place = 0; place < text->length;) {
        if (text->longest[place]) {
            const span *one = &spans->all[text->longest[place] - 1];
            out[n++] = (uint32_t)one->sign;
            place = one->end - start;
            continue;
        }
        const int class = class_at(text, place);
        const int64_t end = run_end(text, place, class);
        const int is_kept = class == KEPT || class == JOINT || (class == PAIR && end == place + 1);
        out[n++] = is_kept ? text->codes[place] : written[class];
        place = end;
    }
    return n;
}

static int64_t longest_text(const int64_t *starts, const int64_t *ends, int64_t n_texts) {
    int64_t longest = 0;
    for (int64_t i = 0; i < n_texts; i++)
        if (ends[i] - starts[i] > longest) longest = ends[i] - starts[i];
    return longest;
}

/* Replace in each text codes[starts[i]:ends[i]], where `classes` has a class for each code point,
   and `written` a character for each class. The texts are written to `out` with `between` behind
   each, which takes no more room than before, and their bounds to new_starts, new_ends. Returns
   how many characters that makes; -1: no memory. */
int64_t replace_spans(const uint8_t *classes, const uint32_t *written, const uint32_t *codes,
                      const int64_t *starts, const int64_t *ends, int64_t n_texts,
                      const span *all_spans, int64_t n_spans, uint32_t between, uint32_t *out,
                      int64_t *new_starts, int64_t *new_ends) {
    const span_table spans = {all_spans, n_spans};
    int64_t *longest = calloc((size_t)longest_text(starts, ends, n_texts) + 1, sizeof *longest);
    if (!longest) return -1;
    int64_t n = 0, first = 0;
    for (int64_t i = 0; i < n_texts; i++) {
        const int64_t last = note_spans(&spans, first, starts[i], ends[i], longest);
        const text_view text = {classes, codes + starts[i], longest, ends[i] - starts[i]};
        new_starts[i] = n;
        n += write_text(&text, &spans, starts[i], written, out + n);
        new_ends[i] = n;
        out[n++] = between;
        forget_spans(&spans, first, last, starts[i], longest);
        first = last;
    }
    free(longest);
    return n;
}
