// Why a file cannot be executed.
#pragma once

#include "fail.h"

// Adds to the detail what execve's error leaves open: which of the files that a program needs it is about.
void program_explain(const char *file, int error, struct fail *fail);
