/* What the training run's container does: waits; with an argument, ends at once. */
#include <unistd.h>

int main(int argc, char **argv) {
    (void)argv;
    return argc > 1 ? 0 : pause();
}
