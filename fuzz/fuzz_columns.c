/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_columns.c - the model of accesses by itself: columns of any bytes are
 * decoded; accesses of any kind come out of it as they went in.
 */
#include "fuzz.h"
#include "model.h"

enum { DECODE_COLUMNS, DECODE_SECTIONS, ROUND_TRIP, N_WAYS };

#define MOST_ACCESSES 5000u

static struct memtrace_access accesses[MODEL_BATCH];

/* Used again and again, as readers and recorders do. */
static struct model_encoder *encoders[2]; /* the second one plain */
static struct model_decoder *decoder;
static ZSTD_CCtx *compressor;
static ZSTD_DCtx *decompressor;

static void decode(const struct access_head *head, struct bytes_in *in)
{
    int error = model_decoder_begin(decoder, decompressor, head, in);

    for (size_t left = head->n_accesses; error == 0 && left > 0;) {
        size_t n = left < MODEL_BATCH ? left : MODEL_BATCH;

        error = model_decode(decoder, accesses, n);
        left -= n;
    }
}

/* The input is cut into columns. */
static void decode_columns(struct input *input)
{
    struct access_head head = {.n_accesses = take_u32(input) % MOST_ACCESSES};
    struct buffer out = {0};
    struct bytes_in in;

    for (unsigned i = 0; i < N_COLUMNS; i++) {
        size_t n = (size_t)take_u8(input) << (i % 4);

        if (i == N_COLUMNS - 1 || n > input->left) {
            n = input->left;
        }
        MUST(section_put(&out, compressor, SECTION_FAST, input->next, n,
                         false) == 0);
        input->next += n;
        input->left -= n;
    }
    in = bytes_in(out.data, out.used);
    decode(&head, &in);
    buffer_free(&out);
}

/* The input is the sections, as a block has them. */
static void decode_sections(struct input *input)
{
    struct access_head head = {.n_accesses = take_u32(input) % MOST_ACCESSES};
    uint8_t *copy = malloc(input->left + 1);
    struct bytes_in in;

    MUST(copy != NULL);
    memcpy(copy, input->next, input->left);
    in = bytes_in(copy, input->left);
    decode(&head, &in);
    free(copy);
}

/* The next access: like one before it, near the last one, or any. */
static void make_access(struct input *input, struct memtrace_packed *packed,
                        size_t i)
{
    uint8_t how = take_u8(input);
    size_t back = how >> 2;

    if (i > back && (how & 3) != 3) {
        packed[i] = packed[i - back - 1];
        packed[i].vaddr += (how & 1) ? (int8_t)take_u8(input) : 8;
        return;
    }
    packed[i].vaddr = take_u64(input);
    packed[i].tag = take_u32(input);
    if (packed[i].tag >> MEMTRACE_TAG_INSN_SHIFT == 0 ||
        packed[i].tag >= MEMTRACE_TAG_CONTROL) {
        packed[i].tag = 1u << MEMTRACE_TAG_INSN_SHIFT;
    }
}

static void check_decoded(const struct memtrace_packed *packed, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t tag = packed[i].tag;
        bool is_store = tag & MEMTRACE_TAG_STORE;
        bool is_atomic = tag & MEMTRACE_TAG_ATOMIC;

        MUST(accesses[i].vaddr == packed[i].vaddr);
        MUST(accesses[i].insn == tag >> MEMTRACE_TAG_INSN_SHIFT);
        MUST(accesses[i].size == 1u << (tag & MEMTRACE_TAG_SIZE_MASK));
        MUST(!(accesses[i].flags & MEMTRACE_STORE) == !is_store);
        MUST(!(accesses[i].flags & MEMTRACE_ATOMIC) == !is_atomic);
    }
}

static void round_trip(struct input *input)
{
    struct memtrace_packed *packed = calloc(MOST_ACCESSES, sizeof(*packed));
    struct model_encoder *encoder = encoders[take_u8(input) & 1];
    const struct model_stamps *stamps;
    struct access_head head = {0};
    struct buffer out = {0};
    struct bytes_in in;
    size_t n = 0;

    MUST(packed != NULL);
    while (n < MOST_ACCESSES && input->left > 0) {
        make_access(input, packed, n++);
    }
    model_encoder_begin(encoder);
    for (size_t done = 0; done < n;) {
        size_t some = model_encode(encoder, packed + done, n - done, &stamps);

        MUST(some > 0);
        done += some;
    }
    head.n_accesses = (uint32_t)n;
    MUST(model_encoder_finish(encoder, compressor, &head, &out) == 0);
    in = bytes_in(out.data, out.used);
    MUST(n == 0 || model_decoder_begin(decoder, decompressor, &head, &in) == 0);
    for (size_t done = 0; done < n;) {
        size_t some = n - done < MODEL_BATCH ? n - done : MODEL_BATCH;

        MUST(model_decode(decoder, accesses, some) == 0);
        check_decoded(packed + done, some);
        done += some;
    }
    buffer_free(&out);
    free(packed);
}

static void start(void)
{
    encoders[0] = model_encoder_new(MODEL_LOOPS_AVX512);
    encoders[1] = model_encoder_new(MODEL_LOOPS_PLAIN);
    decoder = model_decoder_new();
    compressor = ZSTD_createCCtx();
    decompressor = ZSTD_createDCtx();
    MUST(encoders[0] && encoders[1] && decoder && compressor && decompressor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};

    if (decoder == NULL) {
        start();
    }
    switch (take_u8(&input) % N_WAYS) {
    case DECODE_COLUMNS:
        decode_columns(&input);
        break;
    case DECODE_SECTIONS:
        decode_sections(&input);
        break;
    default:
        round_trip(&input);
    }
    return 0;
}
