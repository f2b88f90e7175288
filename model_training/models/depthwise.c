/* Weight gradient of a depthwise convolution in 32 bits, channels last: w[c][kh][kw] = sum of g[n][oh][ow][c] * x[n][h][w][c] over all
   images and places, with h = oh * stride - pad + kh and w likewise; places outside the image are zero.

   The sums of one row of the kernel stay in registers while whole images go by, for as many channels at once as fit a register. */
#include <stddef.h>
#include <string.h>

#define LARGEST 7

/* `from` to `to`: columns of the output; `inside`: no column of the input that they ask for lies outside the image. */
#define DEFINE(WIDTH)                                                                                                              \
typedef float floats_##WIDTH __attribute__((vector_size(WIDTH * sizeof(float))));                                                  \
static inline __attribute__((always_inline)) void columns_##WIDTH(                                                                 \
    const float *x, const float *g, floats_##WIDTH *sums, int from, int to, int inside, int width, size_t channels, int kernel,    \
    int stride, int pad) {                                                                                                         \
    for (int ow = from; ow < to; ow++) {                                                                                           \
        floats_##WIDTH grad, value;                                                                                                \
        memcpy(&grad, g + ow * channels, sizeof grad);                                                                             \
        for (int k = 0; k < kernel; k++) {                                                                                         \
            int w = ow * stride - pad + k;                                                                                         \
            if (inside || (w >= 0 && w < width)) {                                                                                 \
                memcpy(&value, x + w * channels, sizeof value);                                                                    \
                sums[k] += grad * value;                                                                                           \
            }                                                                                                                      \
        }                                                                                                                          \
    }                                                                                                                              \
}                                                                                                                                  \
static inline __attribute__((always_inline)) void block_##WIDTH(                                                                   \
    const float *x, const float *g, float *out, int images, int height, int width, size_t channels, int out_height,                \
    int out_width, int kernel, int stride, int pad) {                                                                              \
    int first = (pad + stride - 1) / stride, past = (width - kernel + pad) / stride + 1;                                           \
    if (width - kernel + pad < 0) past = 0;                                                                                        \
    if (past > out_width) past = out_width;                                                                                        \
    if (first > past) first = past = out_width;                                                                                    \
    for (int kh = 0; kh < kernel; kh++) {                                                                                          \
        floats_##WIDTH sums[LARGEST];                                                                                              \
        memset(sums, 0, sizeof sums);                                                                                              \
        for (int n = 0; n < images; n++)                                                                                           \
            for (int oh = 0; oh < out_height; oh++) {                                                                              \
                int h = oh * stride - pad + kh;                                                                                    \
                if (h < 0 || h >= height) continue;                                                                                \
                const float *xs = x + ((size_t)n * height + h) * width * channels;                                                 \
                const float *gs = g + ((size_t)n * out_height + oh) * out_width * channels;                                        \
                columns_##WIDTH(xs, gs, sums, 0, first, 0, width, channels, kernel, stride, pad);                                  \
                columns_##WIDTH(xs, gs, sums, first, past, 1, width, channels, kernel, stride, pad);                               \
                columns_##WIDTH(xs, gs, sums, past, out_width, 0, width, channels, kernel, stride, pad);                           \
            }                                                                                                                      \
        for (int k = 0; k < kernel; k++)                                                                                           \
            for (int c = 0; c < WIDTH; c++) out[(size_t)c * kernel * kernel + kh * kernel + k] = ((float *)&sums[k])[c];           \
    }                                                                                                                              \
}

DEFINE(16)
DEFINE(8)
DEFINE(1)

/* A constant kernel and stride, so that the compiler keeps the sums in registers. */
#define OF_SIZE(KERNEL, STRIDE)                                                                                                    \
    if (kernel == KERNEL && stride == STRIDE) {                                                                                    \
        size_t c = 0;                                                                                                              \
        for (; c + 16 <= channels; c += 16)                                                                                        \
            block_16(x + c, g + c, out + c * KERNEL * KERNEL, images, height, width, channels, out_height, out_width, KERNEL,      \
                     STRIDE, KERNEL / 2);                                                                                          \
        for (; c + 8 <= channels; c += 8)                                                                                          \
            block_8(x + c, g + c, out + c * KERNEL * KERNEL, images, height, width, channels, out_height, out_width, KERNEL,       \
                    STRIDE, KERNEL / 2);                                                                                           \
        for (; c < channels; c++)                                                                                                  \
            block_1(x + c, g + c, out + c * KERNEL * KERNEL, images, height, width, channels, out_height, out_width, KERNEL,       \
                    STRIDE, KERNEL / 2);                                                                                           \
    }

void depthwise_weight_gradient(
    const float *x, const float *g, float *out, int images, int height, int width, size_t channels, int out_height, int out_width,
    int kernel, int stride) {
    OF_SIZE(5, 1)
    OF_SIZE(5, 2)
    OF_SIZE(7, 1)
    OF_SIZE(7, 2)
}
