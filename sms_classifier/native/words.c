/* Words of texts by maximum probability over a dictionary of word frequencies: jieba's cut without
   its guesses at new words (HMM=False), number for number and in the same order of operations.

   A dictionary is a trie whose final nodes hold log(frequency) - log(total). Runs of the
   characters that jieba takes for parts of words are cut by dynamic programming from the end; any
   other character is a word of its own, but for a carriage return with its line feed. */

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "trie.h"

typedef struct {
    trie *words;
    double unknown; /* weight of a single character that is no word */
} dictionary;

typedef struct {
    double score; /* of the best way from here to the end */
    int64_t end;  /* of its first word */
} route_place;

/* ---- reading the dictionary ---- */

typedef struct {
    const uint8_t *word, *word_end;
    int64_t frequency;
} entry;

static bool is_blank(uint8_t byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

/* Read "word frequency ..." from a line; false where it is not that. */
static bool read_entry(const uint8_t *line, const uint8_t *end, entry *found) {
    while (line < end && is_blank(*line)) line++;
    while (line < end && is_blank(end[-1])) end--;
    if (line == end) return false;
    const uint8_t *digit = memchr(line, ' ', (size_t)(end - line));
    if (digit == NULL) return false;
    found->word = line;
    found->word_end = digit++;
    const uint8_t *first = digit;
    found->frequency = 0;
    for (; digit < end && *digit >= '0' && *digit <= '9' && digit - first < 16; digit++)
        found->frequency = found->frequency * 10 + (*digit - '0');
    return digit > first && digit - first < 16 && (digit == end || *digit == ' ');
}

/* Read the entry of the line at *line, and step to the next one. */
static bool next_entry(const uint8_t **line, const uint8_t *stop, entry *found) {
    const uint8_t *end = memchr(*line, '\n', (size_t)(stop - *line));
    const bool is_entry = read_entry(*line, end ? end : stop, found);
    *line = end ? end + 1 : stop;
    return is_entry;
}

static bool is_continuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/* Decode one character of UTF-8; returns its bytes, 0 where they are none. */
static int decode(const uint8_t *at, const uint8_t *end, uint32_t *code) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const int n = *at < 0x80 ? 1 : *at < 0xC0 ? 0 : *at < 0xE0 ? 2 : *at < 0xF0 ? 3 : 4;
    if (n == 0 || *at >= 0xF8 || end - at < n) return 0;
    *code = n == 1 ? *at : *at & (0x7Fu >> n);
    for (int i = 1; i < n; i++) {
        if (!is_continuation(at[i])) return 0;
        *code = (*code << 6) | (at[i] & 0x3F);
    }
    const bool is_surrogate = *code >= 0xD800 && *code < 0xE000;
    return *code < least[n] || *code >= 0x110000 || is_surrogate ? 0 : n;
}

/* How many nodes a word needs at most behind the one before it: characters not shared. */
static int64_t fresh_characters(const entry *before, const entry *now) {
    const uint8_t *old = before->word, *at = now->word;
    while (at < now->word_end && old < before->word_end && *at == *old) at++, old++;
    int64_t n = at < now->word_end && is_continuation(*at); /* parted within a character */
    for (; at < now->word_end; at++) n += !is_continuation(*at);
    return n;
}

/* How many nodes the dictionary needs at most; -1 where it cannot be read. */
static int64_t most_nodes(const uint8_t *line, const uint8_t *stop) {
    entry before = {line, line, 0}, now;
    int64_t most = 0;
    for (; line < stop; before = now) {
        if (!next_entry(&line, stop, &now)) return -1;
        most += fresh_characters(&before, &now);
    }
    return most;
}

/* Enter all words with their frequencies, of equal ones the last; returns the sum of the
   frequencies, -1 on a fault. */
static int64_t enter_words(trie *words, const uint8_t *line, const uint8_t *stop) {
    entry found;
    int64_t total = 0;
    while (line < stop && next_entry(&line, stop, &found)) {
        int64_t node = TRIE_ROOT;
        uint32_t code = 0;
        while (found.word < found.word_end) {
            const int n_bytes = decode(found.word, found.word_end, &code);
            if (n_bytes == 0) return -1;
            node = trie_add(words, node, code);
            if (node == TRIE_NONE) return -1;
            found.word += n_bytes;
        }
        trie_set_final(words, node, found.frequency > 0, found.frequency);
        total += found.frequency;
    }
    return total;
}

static void weigh(trie *words, double log_total) {
    for (uint64_t i = 0; i < words->n_slots; i++) {
        trie_value *value = &words->values[i];
        if (words->keys[i] & TRIE_FINAL)
            value->weight = log((double)value->number) - log_total;
    }
}

void words_dictionary_free(dictionary *self) {
    if (self == NULL) return;
    trie_free(self->words);
    free(self);
}

/* A dictionary from lines of "word frequency ..." in UTF-8; NULL if they are not that, or without
   memory. */
dictionary *words_dictionary_new(const uint8_t *bytes, int64_t n_bytes) {
    const int64_t n_nodes = most_nodes(bytes, bytes + n_bytes);
    dictionary *self = n_nodes > 0 ? calloc(1, sizeof *self) : NULL;
    if (self == NULL) return NULL;
    self->words = trie_reserve(n_nodes);
    const int64_t total = self->words ? enter_words(self->words, bytes, bytes + n_bytes) : -1;
    if (total <= 0) {
        words_dictionary_free(self);
        return NULL;
    }
    const double log_total = log((double)total);
    self->unknown = log(1.0) - log_total;
    weigh(self->words, log_total);
    return self;
}

/* ---- cutting ---- */

static inline bool is_letter_or_digit(uint32_t code) {
    return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
           (code >= 'A' && code <= 'Z');
}

/* Whether a character is one of jieba's re_han_default. */
static inline bool is_part_of_word(uint32_t code) {
    if (code >= 0x4E00) return code <= 0x9FD5;
    return is_letter_or_digit(code) || code == '+' || code == '#' || code == '&' ||
           code == '.' || code == '_' || code == '%' || code == '-';
}

/* Best way from each place of a run to its end; of equally good words the longest. */
static void find_route(const dictionary *self, const uint32_t *run, int64_t n,
                       route_place *route) {
    const trie *words = self->words;
    route[n].score = 0.0;
    for (int64_t i = n - 1; i >= 0; i--) {
        route_place best = {0.0, 0};
        int64_t node = trie_first(words, run[i]);
        for (int64_t end = i + 1; node != TRIE_NONE; end++) {
            const uint64_t key = words->keys[node];
            if (key & TRIE_FINAL) {
                const double score = words->values[node].weight + route[end].score;
                if (best.end == 0 || score >= best.score) best = (route_place){score, end};
            }
            if (end == n || !(key & TRIE_INNER)) break;
            node = trie_child(words, node, run[end]);
        }
        if (best.end == 0) best = (route_place){self->unknown + route[i + 1].score, i + 1};
        route[i] = best;
    }
}

/* Ends of the words of a run that begins at `offset`; single letters and digits in a row are one
   word. Returns how many words there are. */
static int64_t cut_run(const dictionary *self, const uint32_t *run, int64_t n, int64_t offset,
                       route_place *route, int64_t *ends) {
    int64_t n_words = 0;
    bool is_open = false; /* a row of letters or digits ends here */
    find_route(self, run, n, route);
    for (int64_t i = 0; i < n; i = route[i].end) {
        const bool is_joined = route[i].end == i + 1 && is_letter_or_digit(run[i]);
        if (is_open && !is_joined) ends[n_words++] = offset + i;
        if (!is_joined) ends[n_words++] = offset + route[i].end;
        is_open = is_joined;
    }
    if (is_open) ends[n_words++] = offset + n;
    return n_words;
}

/* Ends of the words of a text; returns how many there are. */
static int64_t cut_text(const dictionary *self, const uint32_t *text, int64_t n,
                        route_place *route, int64_t *ends) {
    int64_t n_words = 0;
    for (int64_t start = 0, end; start < n; start = end) {
        for (end = start; end < n && is_part_of_word(text[end]);) end++;
        if (end > start) {
            n_words += cut_run(self, text + start, end - start, start, route, ends + n_words);
            continue;
        }
        end = start + 1;
        if (text[start] == '\r' && end < n && text[end] == '\n') end++;
        ends[n_words++] = end;
    }
    return n_words;
}

/* Number of a word in the vocabulary, -1 if it is not there. */
static inline int64_t number_of(const trie *vocabulary, const uint32_t *word, int64_t n) {
    int64_t node = trie_first(vocabulary, word[0]);
    for (int64_t i = 1; i < n && node != TRIE_NONE; i++) {
        if (!(vocabulary->keys[node] & TRIE_INNER)) return -1;
        node = trie_child(vocabulary, node, word[i]);
    }
    if (node == TRIE_NONE || !(vocabulary->keys[node] & TRIE_FINAL)) return -1;
    return vocabulary->values[node].number;
}

/* Cut one text: write where each word ends; room for n. Returns how many words there are, -1
   without memory. */
int64_t words_cut(const dictionary *self, const uint32_t *text, int64_t n, int64_t *ends) {
    route_place *route = malloc((size_t)(n + 1) * sizeof *route);
    if (route == NULL) return -1;
    const int64_t n_words = cut_text(self, text, n, route, ends);
    free(route);
    return n_words;
}

/* Cut the texts codes[starts[i]:ends[i]] and number their words: those of text i are
   numbers[bounds[i]:bounds[i + 1]]; room for one a character. Returns how many words there are,
   -1 without memory. */
int64_t words_read(const dictionary *self, const trie *vocabulary, const uint32_t *codes,
                   const int64_t *starts, const int64_t *ends, int64_t n_texts, int64_t *numbers,
                   int64_t *bounds) {
    int64_t longest = 0;
    for (int64_t i = 0; i < n_texts; i++)
        if (ends[i] - starts[i] > longest) longest = ends[i] - starts[i];
    route_place *route = malloc((size_t)(longest + 1) * sizeof *route);
    int64_t *stops = malloc((size_t)(longest + 1) * sizeof *stops);
    int64_t n = 0;
    bounds[0] = 0;
    for (int64_t i = 0; route != NULL && stops != NULL && i < n_texts; i++) {
        const uint32_t *text = codes + starts[i];
        const int64_t n_words = cut_text(self, text, ends[i] - starts[i], route, stops);
        for (int64_t j = 0, start = 0; j < n_words; start = stops[j++])
            numbers[n++] = number_of(vocabulary, text + start, stops[j] - start);
        bounds[i + 1] = n;
    }
    if (route == NULL || stops == NULL) n = -1;
    free(route);
    free(stops);
    return n;
}
