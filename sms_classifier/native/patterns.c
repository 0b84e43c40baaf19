/* Regular expressions on many texts: a backtracking matcher that tries, at each place, only
 * the expressions that can begin there.
 *
 * Every character belongs to a cell, every cell has a row of bits, and bit c of the row says
 * whether the cell belongs to set c of characters ("column"). Cell 0, the edge, stands before
 * and behind each text. The first columns tell the entries (options of an expression, each with
 * its own code) that may begin: by the character before, and by the next AHEAD characters.
 * Matching keeps its own stack of choices and of register values to restore; only what looks
 * ahead or behind calls the matcher again, once for each level at which the expression nests.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { AHEAD = 3, WORD = 64 };
enum { NO_MATCH = -1, UNKNOWN_CHARACTER = -1, NO_MEMORY = -2 };

/* Instructions, with their operands. */
enum {
    MATCH,
    CHAR,          /* character */
    STRING,        /* length, characters */
    SET,           /* column */
    JUMP,          /* address */
    CHOICE,        /* first column, number of options, addresses */
    SPAN,          /* column, least, most: gives nothing back; one operand unused */
    GREEDY,        /* column, least, most, column of what may follow */
    LAZY,          /* the same */
    MARK,          /* register */
    COUNT,         /* register of a count, followed by that of a place */
    LOOP,          /* register, least, most, lazy, column of body and of exit, address of exit */
    NEAR,          /* offset, column */
    LOOK,          /* characters back, negative, address behind it; then its code */
    BEGINNING,     /* this and all below: column of the characters of words */
    END,
    END_STRING,
    BOUNDARY,
    NON_BOUNDARY,
    NOT_EMPTY      /* the text */
};

typedef struct {
    int32_t expression;
    int32_t address;
} Entry;

typedef struct {
    int64_t first_entry, n_entries, n_groups;
} Expression;

typedef struct {
    int64_t n_expressions, n_entries, n_cells, n_registers, entry_words, stride;
    int32_t *code;
    uint64_t *rows;
    Entry *entries;
    Expression *expressions;
} Program;

typedef struct {
    int64_t place, other;
    int64_t address; /* of the instruction to take up again; -1 - r: restore register r */
} Frame;

typedef struct {
    int64_t *values;
    int64_t size, room;
} Buffer;

typedef struct {
    const Program *program;
    const uint32_t *text;
    const uint64_t **row; /* of each character of the text, with edges around */
    int64_t length;
    int64_t *registers;
    Frame *frames;
    int64_t top, room;
    const uint64_t **rows_held;
    int64_t rows_room;
    int64_t *begin; /* for each expression: where the next match may begin */
    uint64_t *open; /* bits of the entries to be tried in this text */
    Buffer found;
    int64_t *counts;
} Matcher;

void patterns_free(Program *program) {
    if (!program) return;
    free(program->code);
    free(program->rows);
    free(program->entries);
    free(program->expressions);
    free(program);
}

static void *copied(const void *source, size_t size) {
    void *copy = malloc(size ? size : 1);
    if (copy && size) memcpy(copy, source, size);
    return copy;
}

/* Rows from columns: each column is a line of `width` bytes, one bit for each cell. */
static void fill_rows(Program *program, const uint8_t *columns, int64_t n_columns, int64_t width) {
    for (int64_t column = 0; column < n_columns; column++) {
        const uint8_t *line = columns + column * width;
        uint64_t *word = program->rows + column / WORD;
        uint64_t bit = (uint64_t)1 << column % WORD;
        for (int64_t byte = 0; byte < width; byte++)
            for (unsigned rest = line[byte], cell = 0; rest; rest >>= 1, cell++)
                if (rest & 1 && byte * 8 + cell < program->n_cells)
                    word[(byte * 8 + cell) * program->stride] |= bit;
    }
}

static void fill_expressions(Program *program, const int32_t *n_groups) {
    for (int64_t i = 0; i < program->n_expressions; i++)
        program->expressions[i] = (Expression){0, 0, n_groups[i]};
    for (int64_t i = program->n_entries - 1; i >= 0; i--) {
        Expression *expression = program->expressions + program->entries[i].expression;
        expression->first_entry = i;
        expression->n_entries++;
    }
}

/* sizes: of code, columns, cells, bytes of a column, entries, expressions, registers. */
Program *patterns_new(const int64_t *sizes, const int32_t *code, const uint8_t *columns,
                      const int32_t *entries, const int32_t *n_groups) {
    Program *program = calloc(1, sizeof *program);
    if (!program) return NULL;
    program->n_cells = sizes[2];
    program->n_entries = sizes[4];
    program->n_expressions = sizes[5];
    program->n_registers = sizes[6];
    program->entry_words = (sizes[4] + WORD - 1) / WORD;
    program->stride = (sizes[1] + WORD - 1) / WORD;
    program->code = copied(code, (size_t)sizes[0] * sizeof *code);
    program->entries = copied(entries, (size_t)sizes[4] * sizeof *program->entries);
    program->expressions = malloc(((size_t)sizes[5] + 1) * sizeof *program->expressions);
    program->rows = calloc((size_t)(program->n_cells * program->stride) + 1, sizeof(uint64_t));
    if (!program->code || !program->entries || !program->expressions || !program->rows) {
        patterns_free(program);
        return NULL;
    }
    fill_rows(program, columns, sizes[1], sizes[3]);
    fill_expressions(program, n_groups);
    return program;
}

static inline bool has(const Matcher *m, int64_t place, int64_t column) {
    return m->row[place][column / WORD] >> column % WORD & 1;
}

static bool push(Matcher *m, int64_t address, int64_t place, int64_t other) {
    if (m->top == m->room) {
        Frame *frames = realloc(m->frames, (size_t)m->room * 2 * sizeof *frames);
        if (!frames) return false;
        m->frames = frames;
        m->room *= 2;
    }
    m->frames[m->top++] = (Frame){place, other, address};
    return true;
}

static inline bool assign(Matcher *m, int64_t number, int64_t value) {
    if (!push(m, -1 - number, m->registers[number], 0)) return false;
    m->registers[number] = value;
    return true;
}

/* Drop frames down to `base`, and restore the registers that they tell. */
static void unwind(Matcher *m, int64_t base) {
    while (m->top > base) {
        const Frame *frame = &m->frames[--m->top];
        if (frame->address < 0) m->registers[-1 - frame->address] = frame->place;
    }
}

/* Forget the choices above `base`; what restores registers is kept. */
static void forget_choices(Matcher *m, int64_t base) {
    int64_t kept = base;
    for (int64_t i = base; i < m->top; i++)
        if (m->frames[i].address < 0) m->frames[kept++] = m->frames[i];
    m->top = kept;
}

/* End of the characters of a set from `place` on, `most` of them. */
static inline int64_t span_end(const Matcher *m, int64_t place, int64_t column, int64_t most) {
    int64_t end = most < m->length - place ? place + most : m->length;
    while (place < end && has(m, place, column)) place++;
    return place;
}

static bool is_string(const Matcher *m, int64_t place, const int32_t *code) {
    int64_t length = code[0];
    if (length > m->length - place) return false;
    for (int64_t i = 0; i < length; i++)
        if (m->text[place + i] != (uint32_t)code[1 + i]) return false;
    return true;
}

static bool is_at(const Matcher *m, int64_t place, int32_t operation, int64_t words) {
    switch (operation) {
    case BEGINNING:
        return place == 0;
    case END:
        return place == m->length || (place == m->length - 1 && m->text[place] == '\n');
    case END_STRING:
        return place == m->length;
    case NOT_EMPTY:
        return m->length > 0;
    case BOUNDARY:
        return has(m, place, words) != has(m, place - 1, words);
    default:
        return has(m, place, words) == has(m, place - 1, words);
    }
}

/* Where the code at `address` ends to match from `place` on, or NO_MATCH, or NO_MEMORY; not at
 * `forbidden`. After a match its frames are left above those found. */
static int64_t run(Matcher *m, int64_t address, int64_t place, int64_t forbidden) {
    const int32_t *const code = m->program->code;
    const int64_t base = m->top;
    uint64_t options;
    int64_t other;
    for (;;) {
        const int32_t *const at = code + address;
        switch (at[0]) {
        case MATCH:
            if (place == forbidden) goto back;
            return place;
        case CHAR:
            if (place >= m->length || m->text[place] != (uint32_t)at[1]) goto back;
            place++;
            address += 2;
            continue;
        case STRING:
            if (!is_string(m, place, at + 1)) goto back;
            place += at[1];
            address += 2 + at[1];
            continue;
        case SET:
            if (!has(m, place, at[1])) goto back;
            place++;
            address += 2;
            continue;
        case JUMP:
            address = at[1];
            continue;
        case CHOICE:
            options = m->row[place][at[1] / WORD] >> at[1] % WORD;
            if (at[2] < WORD) options &= ((uint64_t)1 << at[2]) - 1;
            goto choose;
        case SPAN:
            other = span_end(m, place, at[1], at[3]);
            if (other - place < at[2]) goto back;
            place = other;
            address += 5;
            continue;
        case GREEDY:
            other = place + at[2];
            place = span_end(m, place, at[1], at[3]);
            goto give_back;
        case LAZY:
            other = span_end(m, place, at[1], at[2]);
            if (other - place < at[2]) goto back;
            /* `other` holds the last end that is allowed */
            {
                int64_t last = at[3] < m->length - place ? place + at[3] : m->length;
                place = other;
                other = last;
            }
            goto take_more;
        case MARK:
            if (!assign(m, at[1], place)) return NO_MEMORY;
            address += 2;
            continue;
        case COUNT:
            if (!assign(m, at[1], 0) || !assign(m, at[1] + 1, -1)) return NO_MEMORY;
            address += 2;
            continue;
        case LOOP: {
            int64_t count = m->registers[at[1]];
            if (count < at[2]) {
                if (!has(m, place, at[5])) goto back;
                if (!assign(m, at[1], count + 1)) return NO_MEMORY;
                address += 7;
                continue;
            }
            bool again = count < at[3] && place != m->registers[at[1] + 1] && has(m, place, at[5]);
            bool leave = has(m, place, at[5] + 1);
            if (!again && !leave) goto back;
            if (again && leave && !push(m, address, place, at[4])) return NO_MEMORY;
            if (leave && (at[4] || !again)) {
                address = at[6];
                continue;
            }
            goto enter;
        }
        case NEAR:
            if (!has(m, place + at[1], at[2])) goto back;
            address += 3;
            continue;
        case LOOK: {
            int64_t before = m->top;
            int64_t end = NO_MATCH;
            if (place >= at[1]) end = run(m, address + 4, place - at[1], -1);
            if (end == NO_MEMORY) return NO_MEMORY;
            if (at[2]) unwind(m, before);
            if ((end == NO_MATCH) != at[2]) goto back;
            forget_choices(m, before);
            address = at[3];
            continue;
        }
        default:
            if (!is_at(m, place, at[0], at[1])) goto back;
            address += 2;
            continue;
        }
    back:
        for (;;) {
            if (m->top == base) return NO_MATCH;
            const Frame *frame = &m->frames[--m->top];
            place = frame->place;
            other = frame->other;
            address = frame->address;
            if (address >= 0) break;
            m->registers[-1 - address] = place;
        }
        switch (code[address]) {
        case CHOICE:
            options = (uint64_t)other;
            goto choose;
        case GREEDY:
            goto give_back;
        case LAZY:
            if (place >= other || !has(m, place, code[address + 1])) goto back;
            place++;
            goto take_more;
        default: /* LOOP: the other way */
            if (other) goto enter;
            address = code[address + 6];
            continue;
        }
    choose: { /* the first of the options that are open */
        if (!options) goto back;
        int64_t option = __builtin_ctzll(options);
        options &= options - 1;
        if (options && !push(m, address, place, (int64_t)options)) return NO_MEMORY;
        address = code[address + 3 + option];
        continue;
    }
    give_back: /* from `place` down to `other`: the first end that something can follow */
        while (place >= other && !has(m, place, code[address + 4])) place--;
        if (place < other) goto back;
        if (place > other && !push(m, address, place - 1, other)) return NO_MEMORY;
        address += 5;
        continue;
    take_more: /* from `place` up to `other` */
        while (!has(m, place, code[address + 4])) {
            if (place >= other || !has(m, place, code[address + 1])) goto back;
            place++;
        }
        if (place < other && !push(m, address, place, other)) return NO_MEMORY;
        address += 5;
        continue;
    enter: { /* the body of a loop once more */
        int64_t number = code[address + 1];
        if (!assign(m, number, m->registers[number] + 1) || !assign(m, number + 1, place))
            return NO_MEMORY;
        address += 7;
    }
    }
}

/* Try entries of one expression, from `entry` on; the first that matches counts. */
static int64_t run_entries(Matcher *m, int64_t entry, int64_t place, int64_t forbidden) {
    const Entry *entries = m->program->entries;
    int32_t expression = entries[entry].expression;
    for (; entry < m->program->n_entries && entries[entry].expression == expression; entry++) {
        int64_t end = run(m, entries[entry].address, place, forbidden);
        if (end != NO_MATCH) return end;
    }
    return NO_MATCH;
}

static bool append(Buffer *buffer, int64_t value) {
    if (buffer->size == buffer->room) {
        int64_t room = buffer->room ? buffer->room * 2 : 1024;
        int64_t *values = realloc(buffer->values, (size_t)room * sizeof *values);
        if (!values) return false;
        buffer->values = values;
        buffer->room = room;
    }
    buffer->values[buffer->size++] = value;
    return true;
}

/* Note a match, and make the registers ready for the next one. */
static bool note(Matcher *m, int64_t expression, int64_t number, int64_t offset, int64_t start,
                 int64_t end) {
    Buffer *found = &m->found;
    int64_t n_bounds = 2 * m->program->expressions[expression].n_groups;
    bool fits = append(found, expression) && append(found, number) &&
                append(found, offset + start) && append(found, offset + end);
    for (int64_t i = 0; i < n_bounds; i++) {
        int64_t bound = m->registers[i];
        fits = fits && append(found, bound < 0 ? -1 : offset + bound);
    }
    unwind(m, 0);
    m->counts[expression]++;
    return fits;
}

/* Try one entry at one place; an empty match is followed by one that is not, if there is one. */
static bool try_entry(Matcher *m, int64_t entry, int64_t place, int64_t number, int64_t offset) {
    int64_t expression = m->program->entries[entry].expression;
    int64_t end = run(m, m->program->entries[entry].address, place, -1);
    if (end == NO_MATCH) return true;
    if (end == NO_MEMORY || !note(m, expression, number, offset, place, end)) return false;
    m->begin[expression] = end;
    if (end > place) return true;
    m->begin[expression] = place + 1;
    end = run_entries(m, m->program->expressions[expression].first_entry, place, place);
    if (end == NO_MATCH) return true;
    if (end == NO_MEMORY || !note(m, expression, number, offset, place, end)) return false;
    m->begin[expression] = end;
    return true;
}

/* Walk over one text, its rows being laid out. */
static bool walk(Matcher *m, int64_t number, int64_t offset) {
    const Program *program = m->program;
    int64_t width = program->entry_words;
    for (int64_t place = 0; place <= m->length; place++) {
        for (int64_t word = 0; word < width; word++) {
            const uint64_t *const *row = (const uint64_t *const *)m->row + place;
            uint64_t open = m->open[word] & row[-1][word] & row[0][width + word] &
                            row[1][2 * width + word] & row[2][3 * width + word];
            for (; open; open &= open - 1) {
                int64_t entry = word * WORD + __builtin_ctzll(open);
                if (place < m->begin[program->entries[entry].expression]) continue;
                if (!try_entry(m, entry, place, number, offset)) return false;
            }
        }
    }
    return true;
}

/* Set the entries of the expressions that are wanted in a text; whether there are any. */
static bool open_entries(Matcher *m, const uint8_t *wanted, int64_t number, int64_t n_texts) {
    const Program *program = m->program;
    bool any = false;
    for (int64_t word = 0; word < program->entry_words; word++) m->open[word] = 0;
    for (int64_t i = 0; i < program->n_expressions; i++) {
        if (wanted && !wanted[i * n_texts + number]) continue;
        const Expression *expression = program->expressions + i;
        any = any || expression->n_entries;
        for (int64_t k = 0; k < expression->n_entries; k++) {
            int64_t entry = expression->first_entry + k;
            m->open[entry / WORD] |= (uint64_t)1 << entry % WORD;
        }
    }
    return any;
}

static bool reserve_rows(Matcher *m) {
    int64_t needed = m->length + 1 + AHEAD;
    if (needed > m->rows_room) {
        const uint64_t **rows = realloc(m->rows_held, (size_t)needed * 2 * sizeof *rows);
        if (!rows) return false;
        m->rows_held = rows;
        m->rows_room = needed * 2;
    }
    m->row = m->rows_held + 1;
    return true;
}

/* Lay out the rows of the characters; whether all their cells are known. */
static bool lay_rows(Matcher *m, const uint32_t *cell_of) {
    const Program *program = m->program;
    for (int64_t i = 0; i < m->length; i++) {
        uint32_t cell = cell_of[m->text[i]];
        if (!cell) return false;
        m->row[i] = program->rows + (int64_t)cell * program->stride;
    }
    m->row[-1] = program->rows;
    for (int64_t i = 0; i < AHEAD; i++) m->row[m->length + i] = program->rows;
    return true;
}

static bool open_matcher(Matcher *m, const Program *program, int64_t *counts) {
    *m = (Matcher){.program = program, .counts = counts, .room = 256};
    m->frames = malloc((size_t)m->room * sizeof *m->frames);
    m->registers = malloc(((size_t)program->n_registers + 1) * sizeof(int64_t));
    m->begin = malloc(((size_t)program->n_expressions + 1) * sizeof(int64_t));
    m->open = malloc(((size_t)program->entry_words + 1) * sizeof(uint64_t));
    if (!m->frames || !m->registers || !m->begin || !m->open) return false;
    for (int64_t i = 0; i < program->n_registers; i++) m->registers[i] = -1;
    for (int64_t i = 0; i < program->n_expressions; i++) counts[i] = 0;
    return true;
}

static void close_matcher(Matcher *m) {
    free(m->frames);
    free(m->registers);
    free(m->begin);
    free(m->open);
    free((void *)m->rows_held);
    free(m->found.values);
}

/* Numbers that the matches take: text, start and end, and bounds of each group. */
static int64_t size_of(const Matcher *m) {
    int64_t size = 0;
    for (int64_t i = 0; i < m->program->n_expressions; i++)
        size += m->counts[i] * (3 + 2 * m->program->expressions[i].n_groups);
    return size;
}

/* For each expression: all texts, all starts, all ends, then the groups of each match. */
static bool deal_out(const Matcher *m, int64_t *out) {
    int64_t n_expressions = m->program->n_expressions;
    int64_t *base = malloc(((size_t)n_expressions * 2 + 1) * sizeof *base);
    if (!base) return false;
    int64_t *done = base + n_expressions;
    for (int64_t i = 0, offset = 0; i < n_expressions; i++) {
        base[i] = offset;
        done[i] = 0;
        offset += m->counts[i] * (3 + 2 * m->program->expressions[i].n_groups);
    }
    for (const int64_t *at = m->found.values, *end = at + m->found.size; at < end;) {
        int64_t i = at[0], n_bounds = 2 * m->program->expressions[i].n_groups;
        int64_t *block = out + base[i], count = m->counts[i], k = done[i]++;
        for (int64_t part = 0; part < 3; part++) block[part * count + k] = at[1 + part];
        for (int64_t part = 0; part < n_bounds; part++)
            block[3 * count + k * n_bounds + part] = at[4 + part];
        at += 4 + n_bounds;
    }
    free(base);
    return true;
}

static int64_t find(Matcher *m, const uint32_t *cell_of, const uint32_t *codes,
                    const int64_t *starts, const int64_t *ends, int64_t n_texts,
                    const uint8_t *wanted, const int64_t *last) {
    for (int64_t number = 0; number < n_texts; number++) {
        m->text = codes + starts[number];
        m->length = ends[number] - starts[number];
        if (!wanted && number) { /* all entries stay open */
        } else if (!open_entries(m, wanted, number, n_texts)) continue;
        if (!reserve_rows(m)) return NO_MEMORY;
        if (!lay_rows(m, cell_of)) return UNKNOWN_CHARACTER;
        for (int64_t i = 0; i < m->program->n_expressions; i++)
            m->begin[i] = last[i] < 0 || last[i] > m->length ? 0 : m->length - last[i];
        if (!walk(m, number, starts[number])) return NO_MEMORY;
    }
    return 0;
}

/* Find all matches. Returns how many numbers they take; they are written to `out` if it has
 * room for them, and their count for each expression to `counts`. Or UNKNOWN_CHARACTER (one
 * without a cell), or NO_MEMORY. */
int64_t patterns_find(const Program *program, const uint32_t *cell_of, const uint32_t *codes,
                      const int64_t *starts, const int64_t *ends, int64_t n_texts,
                      const uint8_t *wanted, const int64_t *last, int64_t *counts, int64_t *out,
                      int64_t room) {
    Matcher m;
    int64_t result = NO_MEMORY;
    if (open_matcher(&m, program, counts)) {
        result = find(&m, cell_of, codes, starts, ends, n_texts, wanted, last);
        if (result == 0) result = size_of(&m);
        if (result >= 0 && result <= room && !deal_out(&m, out)) result = NO_MEMORY;
    }
    close_matcher(&m);
    return result;
}
