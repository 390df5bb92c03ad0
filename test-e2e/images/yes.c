/* The cheapest command: succeeds at once. */
int main(void) {
    return 0;
}
