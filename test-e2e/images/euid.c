/* Installed set-uid in a test image: shows whether no_new_privs keeps it from gaining root. */
#include <stdio.h>
#include <unistd.h>

int main(void) {
    return printf("Effective uid: %u\n", geteuid()) < 0;
}
