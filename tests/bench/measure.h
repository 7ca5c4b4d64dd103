/* What the programs in C measure of themselves, and how they say it: one line of JSON on standard output. */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* CPU time of this process in microseconds, user and system. */
static double cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return 1e6 * (used.ru_utime.tv_sec + used.ru_stime.tv_sec) + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

static double wall(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e6 * now.tv_sec + now.tv_nsec / 1e3;
}

/* KiB of memory that this process holds now. */
static long resident(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%*s %ld", &pages) != 1)
        exit(3);
    fclose(file);
    return pages * 4;
}

/* Runs `pay` this many times after `warm` uncounted runs, and prints the cost of each. */
static void measure(void (*pay)(void), int warm, int count) {
    for (int i = 0; i < warm; i++)
        pay();
    double cpu_before = cpu(), wall_before = wall();
    for (int i = 0; i < count; i++)
        pay();
    printf("{\"cpu\": %.3f, \"wall\": %.3f, \"resident\": %ld}\n",
           (cpu() - cpu_before) / count, (wall() - wall_before) / count, resident());
}

/* The memory after so many payments, and after all of them. */
__attribute__((unused)) static void grow(void (*pay)(void), int some, int all) {
    for (int i = 0; i < some; i++)
        pay();
    long before = resident();
    for (int i = some; i < all; i++)
        pay();
    printf("{\"some\": %ld, \"all\": %ld}\n", before, resident());
}

#endif
