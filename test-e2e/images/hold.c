/* The first process of a test container: waits, reaps what it inherits, ends on SIGTERM or SIGINT. */
#include <signal.h>
#include <sys/wait.h>

int main(void) {
    sigset_t awaited;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGTERM);
    sigaddset(&awaited, SIGINT);
    sigaddset(&awaited, SIGCHLD);
    sigprocmask(SIG_BLOCK, &awaited, 0);
    for (;;) {
        int signal = 0;
        if (sigwait(&awaited, &signal) != 0) {
            return 1;
        }
        if (signal != SIGCHLD) {
            return 0;
        }
        while (waitpid(-1, 0, WNOHANG) > 0) {
        }
    }
}
