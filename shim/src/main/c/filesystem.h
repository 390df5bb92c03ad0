// File systems that steps make for themselves.
#pragma once

// A read-only tree with nothing in it, or -1.
int empty_tree(void);

// A context (fsopen) for the procfs of a PID namespace that this process is not in, or -1.
int proc_context(int pid_namespace);
